<?php
assert(1 === 2);
