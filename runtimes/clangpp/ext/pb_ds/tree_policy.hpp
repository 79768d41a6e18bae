// Says what is missing.
#error "ext/pb_ds is a part of libstdc++, and the library here is libc++, which has no such trees, heaps and tables: use std::set with a Fenwick tree, std::priority_queue, std::unordered_map"
