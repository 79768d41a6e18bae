h = { apple: 1 }
h.fetch(:aple)
