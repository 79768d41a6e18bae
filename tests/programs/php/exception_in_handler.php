<?php
set_exception_handler(function (Throwable $e) { throw new LogicException("second"); });
throw new DomainException("first");
