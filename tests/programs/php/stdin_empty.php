<?php
var_dump(fgets(STDIN), stream_get_contents(STDIN), readline());
