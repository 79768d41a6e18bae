"""pandas over integers of 64 bits: dtype and value of each expression, as on a 64-bit Linux."""
import io
import numpy as np
import pandas as pd

def show(value):
    if isinstance(value, pd.DataFrame):
        return f"{[str(kind) for kind in value.dtypes]} {value.values.tolist()}"
    if isinstance(value, (np.ndarray, np.generic, pd.Series, pd.Index)):
        return f"{value.dtype} {value.tolist()}"
    if isinstance(value, (tuple, list)):
        return ", ".join(map(show, value))
    return f"{type(value).__name__} {value}"

df = pd.DataFrame({"a": [3, 1, 2, 3], "b": ["x", "y", "x", "z"], "c": [1.5, None, 2.5, 3.5], "d": np.arange(4)})
s = pd.Series([3, 1, 2, 3])
df2 = pd.DataFrame({"a": [1, 2], "e": [10, 20]})
TABLE = r"""
df.dtypes
s.astype(int)
pd.Series([1,2],dtype=int)
pd.Series(["1","2"]).astype(int)
pd.to_numeric(pd.Series(["1","2"]))
s.value_counts().index
df.drop(columns="d")
df.drop(index=[0,2])
df[["a","c"]]
df.iloc[np.array([0,2])]
df.iloc[1:3,0:2]
df.loc[df.a>1]
df.take(np.array([0,2]))
df.sort_values(["a","c"],ascending=[False,True])
df.sort_index(axis=1)
df.set_index("b")
df.set_index(["a","b"]).loc[3]
df.groupby("b").a.sum()
df.groupby("b").size()
df.groupby("b").cumcount()
df.groupby("b").apply(lambda g:g.a.sum())
df.groupby("b").first()
df.groupby("b").head(1)
df.groupby("b").a.rank()
df.groupby("b",sort=False).a.max()
df.merge(df2,on="a")
df.merge(df2,on="a",how="outer")
df.join(df2,rsuffix="_r")
pd.concat([df,df2],axis=1)
df.pivot_table(index="b",values="a",aggfunc="sum")
pd.crosstab(df.a,df.b)
pd.get_dummies(df.b,dtype=int)
s.rank()
s.idxmax()
s.isin([1,2])
s.nunique()
df.drop_duplicates("a")
s.map(lambda x:x*2)
df.apply(lambda r:r.a*2,axis=1)
df.a.cumprod()
df.a.shift(1)
df.a.rolling(2).sum()
df.a.clip(1,2)
df.a.mask(df.a>1,0)
df.fillna(0)
df.dropna()
df.notna().sum().sum()
df.shape
df.T
df.to_numpy()
df.to_dict("records")
pd.read_csv(io.StringIO("a,b\n1,2\n3,4"),index_col=0)
pd.read_csv(io.StringIO("a,b\n1,2"),dtype=int)
df.assign(z=lambda d:d.a*1000000000)
df.query("a>1")
df.where(df.d>1)
df.explode("b")
df.b.str.len()
df.b.str.find("x")
df.b.astype("category").cat.codes
pd.Categorical(["a","b","a"]).codes
pd.Series(pd.to_datetime(["2024-01-31"])).dt.day
pd.Series(np.array(["2005-01-03T14:30:00"],dtype="datetime64[ns]")).astype("int").tolist()
(pd.Timestamp("2024-01-03")-pd.Timestamp("2024-01-01")).days
pd.Series([1,2,None],dtype="Int64").sum()
pd.Series([1,2],dtype="int32").sum()
pd.Index([1,2]).union(pd.Index([3]))
pd.Index([1,2]).difference([2])
pd.MultiIndex.from_product([[1,2],["a","b"]]).codes
pd.MultiIndex.from_arrays([[1,1,2],[1,2,1]]).droplevel(0)
df.reindex(np.array([3,0]))
df.rename(columns={"a":"z"})
df.tail(2)
df.iat[0,0]
df.a.mode()
df.a.var().round(3)
df.a.abs()
df[["a"]].dot(pd.DataFrame({"q":[2]},index=["a"]))
df.a.to_list()
df.a.items().__next__()
df.a.astype(str)
df.a.repeat([1,2,1,1])
df.a.sort_values()
df.a.nsmallest(2)
df.agg({"a":["sum","min"]})
df.sum(numeric_only=True)
df.max(numeric_only=True)
df.select_dtypes(int).columns.tolist()
pd.wide_to_long(pd.DataFrame({"A1":[1],"A2":[2],"id":[0]}),"A","id","y")
pd.DataFrame(np.random.default_rng(0).integers(0,9,(2,2)))
pd.DataFrame([{"a":1},{"a":2}])
pd.DataFrame({"a":1},index=[0])
pd.DataFrame({"a":[2**31-1,1]}).a.sum()
pd.isna(np.array([1,2]))
pd.api.types.is_integer_dtype(s)
s.dtype=="int64"
s.iloc[0]
type(s.sum())
s.values.sum()
s.argsort()
s.factorize()
pd.cut(s, 2, labels=False)
pd.Index([1, 2, 3]).get_indexer([2, 3])
df.columns.get_indexer(["a", "d"])
pd.factorize(np.array(["b", "a", "b"], object))
""".strip().split("\n")

for line in TABLE:
    print(line, "=>", show(eval(line)))
