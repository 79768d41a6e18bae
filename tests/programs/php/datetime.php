<?php
$d = new DateTimeImmutable("2024-03-10 01:30", new DateTimeZone("America/New_York"));
echo $d->format(DATE_ATOM), "\n", $d->modify("+1 hour")->format("c T"), "\n";
echo $d->setTimezone(new DateTimeZone("Asia/Kolkata"))->format("Y-m-d H:i T P"), "\n";
echo (new DateTime("2024-01-31"))->modify("last day of next month")->format("D, d M Y"), "\n";
echo (new DateTime("2024-01-15"))->diff(new DateTime("2025-03-17"))->format("%y %m %d %a"), "\n";
foreach (new DatePeriod(new DateTime("2024-01-01"), new DateInterval("P1W"), 2) as $x) { echo $x->format("md "), ""; }
echo "\n", date_default_timezone_get(), " ", date("Y", 86400 * 365), " ", strtotime("1970-01-02 UTC"), "\n";
