#pragma once

// LibTorch brings the macros of a logging library, one of which has the name of one of Catch2's.
#include <torch/torch.h>
#undef CHECK

#include "tests/catch.hpp"
