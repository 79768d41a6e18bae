p gets, $stdin.gets(chomp: true), STDIN.readline, ARGF.gets, $<.lineno, ARGF.each_line.first(1)
p STDIN.each_char.first(2), STDIN.read(3), STDIN.read, STDIN.gets, gets, STDIN.eof?
begin; STDIN.readline; rescue EOFError => e; puts e.message; end
