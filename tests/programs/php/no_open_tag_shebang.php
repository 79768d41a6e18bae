#!/usr/bin/env php
echo __LINE__, "\n";
throw new LogicException("here");
