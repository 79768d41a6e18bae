// Says what is missing.
#error "bits/extc++.h is a part of libstdc++, and the library here is libc++: include <bits/stdc++.h> instead; ext/pb_ds and ext/rope are not there"
