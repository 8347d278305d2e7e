#pragma once

#include <filesystem>

namespace offramp::validation {

/// Where tables are read and left.
struct Folders {
  std::filesystem::path ns3;       ///< ns-3's results
  std::filesystem::path measured;  ///< a real TCP's
  std::filesystem::path out;       ///< every table as printed, as CSV for figures
};

// Each prints a table, Offramp beside its references.
void print_transfers(const Folders& folders);
void print_dumbbell(const Folders& folders);
void print_real_dumbbell(const Folders& folders);
void print_sharing(const Folders& folders);
void print_standing_queue(const Folders& folders);
void print_loss(const Folders& folders);
void print_queueing(const Folders& folders);

}  // namespace offramp::validation
