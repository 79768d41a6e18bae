import subprocess, os, sys
for what in (lambda: subprocess.run(["ls"]), lambda: subprocess.check_output("ls", shell=True), lambda: os.system("ls"), lambda: os.popen("ls").read(), lambda: os.fork(), lambda: os.execv("/bin/ls", ["ls"])):
    try:
        print(what())
    except Exception as e:
        print(type(e).__name__, e)
import multiprocessing
try:
    with multiprocessing.Pool(2) as p: print(p.map(abs, [1]))
except Exception as e:
    print(type(e).__name__, e)
try:
    p = multiprocessing.Process(target=print); p.start()
except Exception as e:
    print(type(e).__name__, e)
print(os.getpid(), os.cpu_count())
