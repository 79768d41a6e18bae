def run = exec("ls")
run
