declare(strict_types=1);
function f(int $x) { return $x; }
try { f("1"); } catch (TypeError $e) { echo get_class($e), " ", $e->getLine(), "\n"; }
