; NOT TESTED HERE: no machine of ours runs Windows. Kept beside the rest so that it can be tried.
; Inno Setup 6, after packaging/build.py has frozen the program on Windows:
;     python packaging/build.py build\package
;     iscc /DHumVersion=0.1.0 packaging\windows\hum.iss
; Installs for the one who runs it, without asking for more rights, and starts nothing by itself.
#ifndef HumVersion
  #error Say which version: /DHumVersion=...
#endif

[Setup]
AppId={{6E1D2E5C-9B52-4C60-9C35-3F0B8F0A7C41}
AppName=Hum
AppVersion={#HumVersion}
AppPublisher=The Hum founders
LicenseFile=..\..\LICENSE
DefaultDirName={autopf}\Hum
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir=..\..\build\package
OutputBaseFilename=hum-{#HumVersion}-setup
Compression=lzma2/max
SolidCompression=yes
TimeStampsInUTC=yes
UninstallDisplayIcon={app}\hum.exe
CloseApplications=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[Files]
; The uninstaller goes into a folder of its own, or self-verification would find it as an extra file.
Source: "..\..\build\package\frozen\hum\*"; DestDir: "{app}\program"; Flags: recursesubdirs ignoreversion

[InstallDelete]
; Of an earlier version: what is not in the manifest does not belong there.
Type: filesandordirs; Name: "{app}\program"

[Icons]
Name: "{autoprograms}\Hum"; Filename: "{app}\program\hum.exe"

[Registry]
Root: HKA; Subkey: "Software\Classes\hum"; ValueType: string; ValueData: "URL:Hum link"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\hum"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\hum\shell\open\command"; ValueType: string; ValueData: """{app}\program\hum.exe"" ""%1"""

[Run]
Filename: "{app}\program\hum.exe"; Description: "{cm:LaunchProgram,Hum}"; Flags: nowait postinstall skipifsilent
