import asyncio, functools
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
print(loop.run_until_complete(asyncio.sleep(0, "a")), asyncio.get_event_loop() is loop)
loop.call_later(0.01, loop.stop)
loop.run_forever()
loop.close()
with asyncio.Runner() as runner:
    print(runner.run(asyncio.sleep(0, "b")))
asyncio.set_event_loop(asyncio.SelectorEventLoop())
async def main():
    loop = asyncio.get_running_loop()
    print(await asyncio.to_thread(lambda x, y: x + y, 1, y=2))
    print(await loop.run_in_executor(None, functools.partial(int, "7")))
    try:
        await asyncio.to_thread(lambda: 1 / 0)
    except ZeroDivisionError as e:
        print("raised", e)
    print(await asyncio.gather(*(asyncio.to_thread(pow, 2, n) for n in range(4))))
    loop.call_soon_threadsafe(print, "threadsafe")
    await asyncio.sleep(0)
    from concurrent.futures import ThreadPoolExecutor
    await loop.run_in_executor(ThreadPoolExecutor(), print, "in a pool")
    print(asyncio.current_task().get_name())
    for make in (lambda: asyncio.create_subprocess_exec("ls"), lambda: asyncio.open_connection("example.org", 80), lambda: asyncio.start_server(print, "127.0.0.1", 0)):
        try:
            await make()
            print("worked?")
        except (OSError, NotImplementedError, RuntimeError) as e:
            print(type(e).__name__)
asyncio.run(main(), debug=False)
print(type(loop).__name__ != "")
