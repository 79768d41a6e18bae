int main(void) {
    long long wide = 7;
    int narrow = wide;
    return narrow - 7;
}
