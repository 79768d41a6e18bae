<?php
for ($i = 0; $i < 20000; $i++) { echo str_pad((string) $i, 49, "."), "\n"; }
