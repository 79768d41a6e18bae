puts foo_bar
