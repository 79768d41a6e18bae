import pandas as pd, io
df = pd.read_csv(io.StringIO("name,dept,pay,day\nAnn,x,10,2024-01-01\nBob,y,20,2024-02-01\nCid,x,30,2024-02-15\n"), parse_dates=["day"])
print(df)
print(df.groupby("dept")["pay"].agg(["sum", "mean"]))
print(df.describe().round(2).loc["mean", "pay"], df.dtypes["day"], df["day"].dt.month.tolist(), df.sort_values("pay", ascending=False).name.tolist())
print(df.merge(pd.DataFrame({"dept": ["x"], "boss": ["Zed"]}), how="left").boss.isna().sum(), df.pivot_table(index="dept", values="pay", aggfunc="sum").to_dict(), df.to_json(orient="records", date_format="iso")[:40])
df.to_csv("o.csv", index=False); print(pd.read_csv("o.csv").shape); df.to_excel("o.xlsx", index=False); print(pd.read_excel("o.xlsx").pay.sum())
print(df.set_index("day").resample("ME")["pay"].sum().tolist(), pd.date_range("2024-01-01", periods=2).tolist(), len(df.sample(2)))
df.to_pickle("p.pkl"); print(pd.read_pickle("p.pkl").equals(df)); print(df.query("pay > 10 and dept == 'x'").name.tolist(), df.to_html()[:6])
try:
    df["nope"]
except KeyError as e: print("KeyError", e)
