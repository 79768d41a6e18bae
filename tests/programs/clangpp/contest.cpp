#pragma GCC optimize("O3,unroll-loops")
#pragma GCC target("avx2,bmi,bmi2,lzcnt,popcnt")
#include <bits/stdc++.h>
using namespace std;
#define int long long
typedef pair<int, int> pii;
signed main() {
    ios::sync_with_stdio(false); cin.tie(nullptr);
    int n; cin >> n; vector<pii> v(n); for (auto &[a, b] : v) cin >> a >> b; sort(v.rbegin(), v.rend());
    cout << __gcd(12LL, 18LL) << ' ' << __gcd(0, 5) << ' ' << __lg(1000) << ' ' << __lg(1LL << 40) << ' ' << __builtin_popcountll(255) << '\n';
    for (auto [a, b] : v) cout << a << ',' << b << ' '; cout << '\n';
}
