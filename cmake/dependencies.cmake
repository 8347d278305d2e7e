# Everything comes from Debian's packages; the launcher `offramp` names and installs them.

find_package(PkgConfig REQUIRED)
find_package(Boost REQUIRED)
find_package(Eigen3 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(spdlog REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(yaml-cpp REQUIRED)
pkg_check_modules(SIMGRID REQUIRED IMPORTED_TARGET simgrid)

if(TARGET yaml-cpp::yaml-cpp)
  add_library(offramp_yaml ALIAS yaml-cpp::yaml-cpp)
else()
  add_library(offramp_yaml INTERFACE)  # yaml-cpp 0.7 exports no namespaced target
  target_link_libraries(offramp_yaml INTERFACE yaml-cpp)
endif()
