<?php
exit(200);
