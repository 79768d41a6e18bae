#include <bits/stdc++.h>
using namespace std;
int main() {
    ios::sync_with_stdio(false); cin.tie(nullptr);
    int n; cin >> n; vector<long long> a(n); for (auto &x : a) cin >> x;
    sort(a.begin(), a.end(), greater<>());
    priority_queue<int> q; q.push(3); unordered_map<string, int> m; m["k"] = gcd(12, 18);
    cout << accumulate(a.begin(), a.end(), 0LL) << ' ' << a[0] << ' ' << q.top() << ' ' << m["k"] << endl;
}
