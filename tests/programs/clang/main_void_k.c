int printf(const char *, ...);
int main() { printf("no header\n"); }
