print(lenght)
