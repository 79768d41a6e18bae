# -*- coding: latin-1 -*-
print("ok", __name__)
