import asyncio
async def f(): 1/0
async def main():
    t = asyncio.create_task(f())
    await asyncio.sleep(0.01)
asyncio.run(main())
