"""Two connections of one program see each other as those of two programs do."""
import sqlite3
one, two = (sqlite3.connect("x.db", timeout=0.05) for _ in range(2))
one.execute("create table t (x)")
one.commit()
one.execute("insert into t values (1)")
print("during a write", two.execute("select count(*) from t").fetchall())
try:
    two.execute("insert into t values (2)")
except sqlite3.OperationalError as error:
    print("second writer:", error)
one.commit()
print("after it", two.execute("select count(*) from t").fetchall())
two.execute("insert into t values (2)")
two.commit()
print(one.execute("select x from t order by x").fetchall())
two.execute("begin immediate")
print("reading on", one.execute("select count(*) from t").fetchone())
two.rollback()
one.execute("insert into t values (3)")
one.rollback()
print(two.execute("select count(*) from t").fetchone(), two.execute("pragma integrity_check").fetchone())
with sqlite3.connect("file:x.db?mode=ro", uri=True) as three:
    print(three.execute("select max(x) from t").fetchone())
