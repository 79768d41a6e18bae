def main():
    print("main")
    return 3
if __name__ == "__main__":
    raise SystemExit(main())
