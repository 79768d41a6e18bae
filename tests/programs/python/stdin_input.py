name = input("Name? ")
age = int(input())
print(f"{name} is {age}")
import sys
print(sys.stdin.read().split())
try:
    input("more? ")
except EOFError as e:
    print("EOFError", e)
