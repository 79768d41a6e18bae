puts DATA.read, DATA.class
DATA.rewind
puts DATA.gets
puts <<X
__END__
X
__END__
real
data ü
