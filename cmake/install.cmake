# `cmake --install BUILD --prefix PREFIX` and `cpack -G DEB`: the programs, and below share/offramp what they look
# for (scenarios, zoo, figures and report). An installed program finds it beside itself, wherever the prefix is.
include(GNUInstallDirs)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # the programs are enough; the tests need not be built

install(TARGETS offramp RUNTIME)
if(OFFRAMP_MODELS)
  install(TARGETS offramp-models RUNTIME)
endif()
set(share ${CMAKE_INSTALL_DATADIR}/offramp)
install(DIRECTORY scenarios DESTINATION ${share})
install(DIRECTORY models/zoo DESTINATION ${share}/models
  FILES_MATCHING PATTERN card.md PATTERN model.yaml PATTERN profile.safetensors PATTERN weights.safetensors)
install(DIRECTORY analysis/figures analysis/report DESTINATION ${share}/analysis
  FILES_MATCHING PATTERN *.py PATTERN *.css PATTERN *.js PATTERN __pycache__ EXCLUDE)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY analysis DESTINATION ${CMAKE_INSTALL_DOCDIR}
  FILES_MATCHING PATTERN *.md PATTERN pictures/* PATTERN figures EXCLUDE PATTERN report EXCLUDE PATTERN stats EXCLUDE)

# The manual page and the completions are what the installed program itself says.
set(pages ${PROJECT_BINARY_DIR}/pages)
install(CODE "
  file(MAKE_DIRECTORY ${pages})
  foreach(page \"manual;offramp.1\" \"completion bash;offramp\" \"completion zsh;_offramp\")
    list(GET page 0 words)
    list(GET page 1 file)
    separate_arguments(words)
    execute_process(COMMAND $<TARGET_FILE:offramp> \${words} OUTPUT_FILE ${pages}/\${file} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  execute_process(COMMAND gzip -9nf ${pages}/offramp.1 COMMAND_ERROR_IS_FATAL ANY)")
install(FILES ${pages}/offramp.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${pages}/offramp DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${pages}/_offramp DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME offramp)
set(CPACK_PACKAGE_CONTACT "The Offramp authors <offramp@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION "A discrete-event simulator for edge-cloud transfer-rate studies: devices, links and a
cloud around early-exit networks, whose recorded answers on real images drive it.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS python3-matplotlib)
if(OFFRAMP_MODELS)
  string(APPEND CPACK_DEBIAN_PACKAGE_RECOMMENDS ", dataset-fashion-mnist, libopenblas0-pthread")
endif()
include(CPack)
