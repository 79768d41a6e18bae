"abc".lenght
