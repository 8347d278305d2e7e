#include "tests/validation/ns3/packet_network.hpp"

#include <ns3/core-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>
#include <ns3/point-to-point-module.h>
#include <ns3/traffic-control-module.h>

#include <cmath>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "tests/validation/ns3/linux_cubic.hpp"

namespace offramp::ns3_reference {
namespace {

constexpr std::uint16_t kPort = 5000;
constexpr std::uint32_t kSocketBuffer = 8'000'000;
constexpr std::uint32_t kPiece = 65'536;

void configure_tcp(const PacketNetwork& network) {
  using namespace ns3;
  const auto set = [](const char* name, const AttributeValue& value) { Config::SetDefault(name, value); };
  set("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
  set("ns3::TcpSocket::SndBufSize", UintegerValue(kSocketBuffer));
  set("ns3::TcpSocket::RcvBufSize", UintegerValue(kSocketBuffer));
  set("ns3::TcpSocket::InitialCwnd", UintegerValue(10));
  set("ns3::TcpSocket::DelAckCount", UintegerValue(2));
  set("ns3::TcpSocket::DelAckTimeout", TimeValue(MilliSeconds(40)));
  set("ns3::TcpSocket::TcpNoDelay", BooleanValue(true));
  // Linux: smoothed round trip + max(4 deviations, 200 ms).
  set("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
  set("ns3::TcpSocketBase::ClockGranularity", TimeValue(MilliSeconds(200)));
  set("ns3::TcpSocketBase::MaxSegLifetime", DoubleValue(1));
  set("offramp::LinuxCubic::IdleTimeout", TimeValue(Seconds(network.idle_timeout_s)));
  TypeId control = TcpCubic::GetTypeId();
  if (network.control == PacketNetwork::Control::cubic_linux) control = LinuxCubic::GetTypeId();
  if (network.control == PacketNetwork::Control::reno) control = TcpLinuxReno::GetTypeId();
  set("ns3::TcpL4Protocol::SocketType", TypeIdValue(control));
}

/// The nodes and links; gone with ns-3's simulator when it ends.
class Dumbbell {
 public:
  explicit Dumbbell(const PacketNetwork& network) {
    using namespace ns3;
    RngSeedManager::SetSeed(network.seed);
    RngSeedManager::SetRun(1);
    configure_tcp(network);
    router_ = CreateObject<Node>();
    cloud_ = CreateObject<Node>();
    devices_.Create(static_cast<std::uint32_t>(network.devices));
    InternetStackHelper stack;
    stack.Install(router_);
    stack.Install(cloud_);
    stack.Install(devices_);

    const auto uplink = connect(router_, cloud_, network.uplink_bytes_per_s, network.one_way_latency_s,
                                static_cast<std::uint64_t>(network.buffer_bytes), "10.255.0.0");
    cloud_address_ = uplink.second;
    if (network.loss > 0) {
      auto losses = CreateObject<RateErrorModel>();
      losses->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
      losses->SetRate(network.loss);
      uplink.first->SetAttribute("ReceiveErrorModel", PointerValue(losses));
    }
    for (std::uint32_t d = 0; d < network.devices; ++d) {
      const std::string subnet = "10." + std::to_string(d / 250) + "." + std::to_string(d % 250) + ".0";
      connect(devices_.Get(d), router_, network.access_bytes_per_s, 0, kNoLimit, subnet);
    }
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();
  }
  ~Dumbbell() { ns3::Simulator::Destroy(); }
  Dumbbell(const Dumbbell&) = delete;
  Dumbbell& operator=(const Dumbbell&) = delete;

  ns3::Ptr<ns3::Node> cloud() const { return cloud_; }
  ns3::Ptr<ns3::Node> device(std::uint32_t index) const { return devices_.Get(index); }
  ns3::InetSocketAddress cloud_address() const { return {cloud_address_, kPort}; }

 private:
  static constexpr std::uint64_t kNoLimit = 1'000'000'000;

  /// A link with a drop-tail queue in front of its first end.
  /// @return the device and the address of its second end
  static std::pair<ns3::Ptr<ns3::NetDevice>, ns3::Ipv4Address> connect(ns3::Ptr<ns3::Node> from,
                                                                       ns3::Ptr<ns3::Node> to,
                                                                       double bytes_per_s, double latency_s,
                                                                       std::uint64_t buffer_bytes,
                                                                       const std::string& subnet) {
    using namespace ns3;
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", DataRateValue(DataRate(static_cast<std::uint64_t>(8 * bytes_per_s))));
    link.SetChannelAttribute("Delay", TimeValue(Seconds(latency_s)));
    link.SetQueue("ns3::DropTailQueue", "MaxSize",
                  QueueSizeValue(QueueSize(QueueSizeUnit::BYTES, static_cast<std::uint32_t>(kNoLimit))));
    const NetDeviceContainer ends = link.Install(from, to);
    DynamicCast<PointToPointNetDevice>(ends.Get(0))
        ->GetQueue()
        ->SetMaxSize(QueueSize(QueueSizeUnit::BYTES, static_cast<std::uint32_t>(buffer_bytes)));
    Ipv4AddressHelper addresses(subnet.c_str(), "255.255.255.0");
    const Ipv4InterfaceContainer interfaces = addresses.Assign(ends);
    TrafficControlHelper().Uninstall(ends);
    return {ends.Get(1), interfaces.GetAddress(1)};
  }

  ns3::Ptr<ns3::Node> router_;
  ns3::Ptr<ns3::Node> cloud_;
  ns3::NodeContainer devices_;
  ns3::Ipv4Address cloud_address_;
};

/// One connection: a device's program that writes, the cloud's that reads.
struct Connection {
  ns3::Ptr<ns3::Socket> sender;
  std::uint64_t to_write = 0;
  std::uint64_t received = 0;
  std::uint64_t last_message_ends_at = 0;
  bool ends_when_written = false;
  struct Waiting {
    std::uint64_t ends_at;  ///< byte of the stream
    std::size_t upload;
  };
  std::deque<Waiting> messages;
};

class Programs {
 public:
  explicit Programs(const Dumbbell& dumbbell) : dumbbell_(dumbbell) {
    using namespace ns3;
    listener_ = Socket::CreateSocket(dumbbell.cloud(), TcpSocketFactory::GetTypeId());
    listener_->Bind(InetSocketAddress(Ipv4Address::GetAny(), kPort));
    listener_->Listen();
    listener_->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                 MakeCallback(&Programs::accepted, this));
  }

  Connection& open(std::uint32_t device) {
    using namespace ns3;
    auto connection = std::make_unique<Connection>();
    Ptr<Node> node = dumbbell_.device(device);
    connection->sender = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
    connection->sender->Bind();
    Address bound;
    connection->sender->GetSockName(bound);
    const auto port = InetSocketAddress::ConvertFrom(bound).GetPort();
    const Ipv4Address address = node->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal();
    connection->sender->SetConnectCallback(MakeCallback(&Programs::may_write, this),
                                           MakeNullCallback<void, Ptr<Socket>>());
    connection->sender->SetSendCallback(MakeCallback(&Programs::may_write_more, this));
    Connection& opened = *connection;
    by_sender_[PeekPointer(opened.sender)] = &opened;
    by_peer_[{address.Get(), port}] = &opened;
    connections_.push_back(std::move(connection));
    opened.sender->Connect(dumbbell_.cloud_address());
    return opened;
  }

  void write(Connection& connection, std::uint64_t bytes) {
    connection.to_write += bytes;
    may_write(connection.sender);
  }

  /// Told of every connection whose bytes have come further.
  std::function<void(Connection&)> on_received = [](Connection&) {};

 private:
  void may_write(ns3::Ptr<ns3::Socket> socket) {
    Connection& connection = *by_sender_.at(ns3::PeekPointer(socket));
    while (connection.to_write > 0) {
      const std::uint32_t room = socket->GetTxAvailable();
      const auto piece =
          static_cast<std::uint32_t>(std::min<std::uint64_t>({connection.to_write, room, kPiece}));
      if (piece == 0) return;
      const int sent = socket->Send(ns3::Create<ns3::Packet>(piece));
      if (sent <= 0) return;  // not connected yet
      connection.to_write -= static_cast<std::uint64_t>(sent);
    }
    if (connection.ends_when_written) {
      connection.ends_when_written = false;
      socket->Close();
    }
  }
  void may_write_more(ns3::Ptr<ns3::Socket> socket, std::uint32_t) {
    if (by_sender_.at(ns3::PeekPointer(socket))->to_write > 0) may_write(socket);
  }

  void accepted(ns3::Ptr<ns3::Socket> socket, const ns3::Address& from) {
    const auto peer = ns3::InetSocketAddress::ConvertFrom(from);
    by_receiver_[ns3::PeekPointer(socket)] = by_peer_.at({peer.GetIpv4().Get(), peer.GetPort()});
    socket->SetRecvCallback(ns3::MakeCallback(&Programs::may_read, this));
    socket->SetCloseCallbacks(ns3::MakeCallback(&Programs::closed, this),
                              ns3::MakeNullCallback<void, ns3::Ptr<ns3::Socket>>());
  }
  void may_read(ns3::Ptr<ns3::Socket> socket) {
    Connection& connection = *by_receiver_.at(ns3::PeekPointer(socket));
    while (const ns3::Ptr<ns3::Packet> packet = socket->Recv()) {
      if (packet->GetSize() == 0) break;
      connection.received += packet->GetSize();
    }
    on_received(connection);
  }
  void closed(ns3::Ptr<ns3::Socket> socket) { socket->Close(); }

  const Dumbbell& dumbbell_;
  ns3::Ptr<ns3::Socket> listener_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::map<ns3::Socket*, Connection*> by_sender_;
  std::map<ns3::Socket*, Connection*> by_receiver_;
  std::map<std::pair<std::uint32_t, std::uint16_t>, Connection*> by_peer_;
};

}  // namespace

std::vector<double> received_at_s(const PacketNetwork& network, const std::vector<Upload>& uploads,
                                  double until_s) {
  const Dumbbell dumbbell(network);
  Programs programs(dumbbell);
  std::vector<double> received(uploads.size(), std::numeric_limits<double>::quiet_NaN());
  std::size_t missing = uploads.size();
  programs.on_received = [&](Connection& connection) {
    while (!connection.messages.empty() && connection.messages.front().ends_at <= connection.received) {
      received[connection.messages.front().upload] = ns3::Simulator::Now().GetSeconds();
      connection.messages.pop_front();
      if (--missing == 0) ns3::Simulator::Stop();
    }
  };
  std::map<std::uint32_t, std::size_t> uploads_left;
  for (const Upload& upload : uploads) ++uploads_left[upload.connection];
  std::map<std::uint32_t, Connection*> open;
  const auto send = [&](std::size_t index) {
    const Upload& upload = uploads[index];
    Connection*& connection = open[upload.connection];
    if (connection == nullptr) connection = &programs.open(upload.device);
    connection->last_message_ends_at += upload.bytes;
    connection->messages.push_back({connection->last_message_ends_at, index});
    if (--uploads_left[upload.connection] == 0) connection->ends_when_written = true;
    programs.write(*connection, upload.bytes);
  };
  for (std::size_t i = 0; i < uploads.size(); ++i)
    ns3::Simulator::Schedule(ns3::Seconds(uploads[i].at_s), [&send, i] { send(i); });
  ns3::Simulator::Stop(ns3::Seconds(until_s));
  ns3::Simulator::Run();
  return received;
}

double bulk_bytes_per_s(const PacketNetwork& network, double from_s, double until_s) {
  const Dumbbell dumbbell(network);
  Programs programs(dumbbell);
  Connection& connection = programs.open(0);
  programs.write(connection, std::numeric_limits<std::uint64_t>::max() / 2);
  ns3::Simulator::Stop(ns3::Seconds(from_s));
  ns3::Simulator::Run();
  const std::uint64_t before = connection.received;
  ns3::Simulator::Stop(ns3::Seconds(until_s - from_s));
  ns3::Simulator::Run();
  return static_cast<double>(connection.received - before) / (until_s - from_s);
}

}  // namespace offramp::ns3_reference
