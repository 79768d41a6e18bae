<?php
echo mb_strlen("žluťoučký"), mb_strtoupper(" ř"), " ", mb_substr("日本語テキスト", 2, 3), " ", mb_detect_encoding("é"), "\n";
echo mb_convert_encoding("\xe9", "UTF-8", "ISO-8859-1"), " ", mb_internal_encoding(), " ", ucwords("hello world"), "\n";
print_r(mb_str_split("añb"));
