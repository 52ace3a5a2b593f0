#!/bin/sh
# NOT TESTED HERE: no machine of ours runs macOS. Kept beside the rest so that it can be tried.
#     build/package-venv/bin/python packaging/build.py build/package && packaging/macos/dmg.sh build/package
# Makes a disk image of the bundle that packaging/hum.spec describes. CODESIGN_IDENTITY signs it; without one
# it has the local signature ("ad hoc") that PyInstaller gives, and macOS asks before it opens it.
# macOS seals a bundle when it is signed, after the manifest was written: `hum verify-install` looks at the
# frozen folder, before; in the bundle `codesign --verify --deep --strict Hum.app` does that work.
set -eu
folder=$1
bundle=$folder/frozen/Hum.app
version=$(/usr/libexec/PlistBuddy -c 'Print CFBundleShortVersionString' "$bundle/Contents/Info.plist")
codesign --force --deep --options runtime --timestamp=none --sign "${CODESIGN_IDENTITY:--}" "$bundle"
codesign --verify --deep --strict "$bundle"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -R "$bundle" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname Hum -srcfolder "$stage" -fs HFS+ -format UDZO -ov "$folder/hum-$version.dmg"
