import sqlite3
con = sqlite3.connect("data.db")
con.execute("create table t(id integer primary key, name text, v real)")
con.executemany("insert into t(name, v) values(?, ?)", [("a", 1.5), ("b", None), ("é", 3)])
con.commit()
con.row_factory = sqlite3.Row
print([tuple(r) for r in con.execute("select * from t order by id desc")], con.execute("select count(*) c, avg(v) a from t").fetchone()["a"])
con.create_function("twice", 1, lambda x: x * 2); print(con.execute("select twice(21)").fetchone()[0])
try:
    con.execute("selec")
except sqlite3.OperationalError as e:
    print(e)
con.close()
print(sqlite3.connect("data.db").execute("select name from t where v > 2").fetchall(), sqlite3.sqlite_version_info > (3, 40))
m = sqlite3.connect(":memory:"); m.execute("create virtual table f using fts5(x)"); m.execute("insert into f values('hello world')"); print(m.execute("select x from f where f match 'world'").fetchall(), m.execute("select json_extract('{\"a\": 5}', '$.a')").fetchone())
