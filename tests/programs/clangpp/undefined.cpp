void missing(int);
int main() { missing(1); }
