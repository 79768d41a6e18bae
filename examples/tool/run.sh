# Reads the parameter from /in/inputs.json and the text from /in, writes /out/words.txt.
top=$(sed -n 's/.*"top": *\([0-9]*\).*/\1/p' /in/inputs.json | head -n 1)
cat /in/text.* | tr -cs 'A-Za-z' '\n' | tr 'A-Z' 'a-z' | grep . | sort | uniq -c | sort -rn | head -n "$top" | tee /out/words.txt
