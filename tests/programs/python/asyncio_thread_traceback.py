import asyncio
def f(): raise KeyError("k")
async def main(): await asyncio.to_thread(f)
asyncio.run(main())
