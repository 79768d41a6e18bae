// The headers of the standards before C++23, and what of them is instantiated ahead.
#pragma once
#include "pch.hpp"
#include "patterns.hpp"
