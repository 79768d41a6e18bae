// The header of another library that many programs include for "everything".
#pragma once
#include <pch.hpp>
