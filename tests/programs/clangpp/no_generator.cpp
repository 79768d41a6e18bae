#include <generator>
int main() {}
