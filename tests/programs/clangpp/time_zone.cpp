#include <cstdlib>
#include <ctime>
#include <iomanip>
#include <iostream>
int main() {
    std::time_t at = 1720000000;
    std::cout << std::put_time(std::localtime(&at), "%F %T %z %Z") << '\n';
    setenv("TZ", "Asia/Tokyo", 1); tzset(); std::tm *tm = std::localtime(&at);
    std::cout << std::put_time(tm, "%F %T %Z") << ' ' << std::mktime(tm) << ' ' << tzname[0] << ' ' << timezone << '\n';
}
