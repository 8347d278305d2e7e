#include "sim/simulation/byte_books.hpp"

#include <cmath>

namespace offramp {

void ByteBooks::sent_up(std::uint32_t request, const Connection& carrier, std::uint32_t bytes) {
  RequestRecord& record = requests_[request].record;
  if (platform_.crosses_uplink(carrier.path)) record.sent_bytes += bytes;
  if (carrier.device < platform_.devices()) record.access_sent_bytes += bytes;
}

void ByteBooks::lost_up(std::uint32_t request, const Connection& carrier, std::uint32_t bytes) {
  RequestRecord& record = requests_[request].record;
  if (platform_.crosses_uplink(carrier.path)) record.lost_bytes += bytes;
  if (carrier.device < platform_.devices()) record.access_lost_bytes += bytes;
}

void ByteBooks::cut_off(std::uint32_t request) {
  RequestRecord& record = requests_[request].record;
  if (!std::isnan(record.tiers[1].received_s)) return;
  record.access_lost_bytes = record.access_sent_bytes;
  if (!record.through_gateway) record.lost_bytes = record.sent_bytes;
}

}  // namespace offramp
