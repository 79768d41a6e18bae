raise "one\ntwo"
