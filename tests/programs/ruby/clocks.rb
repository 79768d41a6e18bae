now = Time.now
p now.year >= 2025, now.utc_offset, now.zone, Time.now - now < 1
a = Process.clock_gettime(Process::CLOCK_MONOTONIC); sleep 0.02; b = Process.clock_gettime(Process::CLOCK_MONOTONIC)
p (0.02..1).cover?(b - a), Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond) / 1000 - now.to_i <= 1
c = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID); p c.class, c < 60, Process.times.utime < 60
p Time.new(2024, 7, 1, 12, 0, 0, "+09:00").utc.to_s, Time.at(1.5).utc.usec, Time.utc(2024, 12, 25).yday, (Time.utc(2024, 3, 1) - Time.utc(2024, 2, 28)) / 86400, Time.gm(2000).monday?
p Time.utc(2024, 1, 31).strftime("%Y-%m-%d %j %U %p %I %L %z %Z %s %-d %e %B %^a"), sleep(0)
