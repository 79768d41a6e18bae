def run = system("ls")
run
