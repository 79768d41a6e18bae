<?php
$p = new PDO("sqlite::memory:");
$p->exec("create table t (id integer primary key, name text)");
$s = $p->prepare("insert into t (name) values (?)");
foreach (["ann", "bob"] as $n) { $s->execute([$n]); }
print_r($p->query("select id, name from t order by id desc")->fetchAll(PDO::FETCH_ASSOC));
echo $p->lastInsertId(), "\n";
try { $p->query("select * from nope"); } catch (PDOException $e) { echo $e->getMessage(), "\n"; }
$f = new PDO("sqlite:/work/x.db");
$f->exec("create table u (a int); insert into u values (5), (6)");
echo $f->query("select sum(a) from u")->fetchColumn(), "\n";
$d = new SQLite3(":memory:");
echo $d->querySingle("select upper('ok')"), filesize("/work/x.db") > 0, "\n";
