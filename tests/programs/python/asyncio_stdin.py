import asyncio, sys
async def main():
    loop = asyncio.get_running_loop()
    got = asyncio.Queue()
    loop.add_reader(sys.stdin, lambda: got.put_nowait(sys.stdin.readline()))
    print(repr(await asyncio.wait_for(got.get(), 5)))
    loop.remove_reader(sys.stdin)
    print(await asyncio.to_thread(input, "> "))
asyncio.run(main())
