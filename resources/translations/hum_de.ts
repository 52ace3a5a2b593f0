<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutSection</name>
    <message>
        <source>Build fingerprint</source>
        <translation>Prüfzahl des Programms</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the build fingerprint</source>
        <translation>Prüfzahl des Programms kopieren</translation>
    </message>
    <message>
        <source>About Hum</source>
        <translation>Über Hum</translation>
    </message>
    <message>
        <source>Version {version}. Free software, GPL 3 or later.</source>
        <translation>Version {version}. Freie Software, GPL 3 oder neuer.</translation>
    </message>
    <message>
        <source>&amp;Build fingerprint</source>
        <translation>&amp;Prüfzahl des Programms</translation>
    </message>
    <message>
        <source>The build fingerprint is made from every file of this program. Whoever has the same build sees the same words and digits: compare them with somebody you know, or let Hum do it from the menu of a conversation. It tells one build from another. A program that was changed to lie could also lie about this; the command “hum verify-install” of another Hum, which you trust, can look at this one from outside.</source>
        <translation>Die Prüfzahl wird aus jeder Datei dieses Programms berechnet. Wer dieselbe Fassung hat, sieht dieselben Wörter und Ziffern: Vergleichen Sie sie mit jemandem, den Sie kennen, oder lassen Sie Hum das über das Menü einer Unterhaltung tun. Sie unterscheidet eine Fassung von einer anderen. Ein Programm, das verändert wurde, um zu lügen, könnte auch hierüber lügen; der Befehl „hum verify-install“ eines anderen Hum, dem Sie vertrauen, kann dieses hier von außen prüfen.</translation>
    </message>
    <message>
        <source>A file of the program cannot be read.</source>
        <translation>Eine Datei des Programms lässt sich nicht lesen.</translation>
    </message>
</context>
<context>
    <name>Acquaintances</name>
    <message>
        <source>You know a {name} with another key. Perhaps it is another person or another computer of theirs; perhaps one of the two is somebody probing who only uses the name. Ask them over another channel, and give this one a private name of its own.</source>
        <translation>Sie kennen {name} schon mit einem anderen Schlüssel. Vielleicht ist es eine andere Person oder ein anderer Computer derselben Person; vielleicht probiert einer der beiden nur aus, was der Name bewirkt. Fragen Sie auf einem anderen Weg nach und geben Sie diesem Kontakt einen eigenen privaten Namen.</translation>
    </message>
    <message>
        <source>{name} has asked you already. Adding them accepts the request.</source>
        <translation>{name} hat schon bei Ihnen angefragt. Mit dem Hinzufügen nehmen Sie die Anfrage an.</translation>
    </message>
    <message>
        <source>You have this key already, as {known}; this link calls it {name}. Perhaps they changed their name; perhaps somebody passes a key on under a wrong name to see what you do. Ask {known} over another channel. Nothing was added.</source>
        <translation>Sie haben diesen Schlüssel schon, als {known}; dieser Link nennt ihn {name}. Vielleicht wurde der Name geändert; vielleicht gibt jemand einen Schlüssel unter falschem Namen weiter, um zu sehen, was Sie tun. Fragen Sie {known} auf einem anderen Weg. Es wurde nichts hinzugefügt.</translation>
    </message>
    <message>
        <source>This is {name}, who is in your contacts already.</source>
        <translation>Das ist {name} und steht schon in Ihren Kontakten.</translation>
    </message>
</context>
<context>
    <name>AddContactDialog</name>
    <message>
        <source>Add a contact</source>
        <translation>Kontakt hinzufügen</translation>
    </message>
    <message>
        <source>How to add</source>
        <translation>Art des Hinzufügens</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Add another</source>
        <translation>Weiteren hinzufügen</translation>
    </message>
    <message>
        <source>Add contact</source>
        <translation>Kontakt hinzufügen</translation>
    </message>
    <message>
        <source>Link or QR code</source>
        <translation>Link oder QR-Code</translation>
    </message>
    <message>
        <source>By address</source>
        <translation>Per Adresse</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
</context>
<context>
    <name>AddedPage</name>
    <message>
        <source>{name} is added</source>
        <translation>{name} ist hinzugefügt</translation>
    </message>
    <message>
        <source>{name} has accepted. You can write to each other.</source>
        <translation>{name} hat angenommen. Sie können einander schreiben.</translation>
    </message>
    <message>
        <source>You need not be online together: {name} sees your name and key when their Hum fetches the request, and must accept. You can write now: messages wait on this computer until then.</source>
        <translation>Sie müssen nicht gleichzeitig online sein: {name} sieht Ihren Namen und Schlüssel, sobald das dortige Hum die Anfrage abholt, und muss sie annehmen. Schreiben können Sie jetzt schon: Bis dahin warten Nachrichten auf diesem Computer.</translation>
    </message>
    <message>
        <source>Hum looks for their computer while both of you are online and shows them your name and key. They must accept, or add your link as well. You can write now: messages wait on this computer until then.</source>
        <translation>Hum sucht den anderen Computer, solange Sie beide online sind, und zeigt ihm Ihren Namen und Schlüssel. Dort muss man annehmen oder Ihren Link ebenfalls hinzufügen. Sie können schon jetzt schreiben: Bis dahin warten die Nachrichten auf diesem Computer.</translation>
    </message>
    <message>
        <source>Compare the safety number with {name} over another channel to be sure that nobody is between you.</source>
        <translation>Vergleichen Sie die Sicherheits­nummer mit {name} auf einem anderen Weg, um sicher zu sein, dass niemand zwischen Ihnen steht.</translation>
    </message>
    <message>
        <source>Hum does not wait for the answer any more. If somebody has answered already, they appear among your contacts.</source>
        <translation>Hum wartet nicht mehr auf die Antwort. Falls schon jemand geantwortet hat, steht die Person in Ihren Kontakten.</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>This picture cannot be shown.</source>
        <translation>Dieses Bild kann nicht gezeigt werden.</translation>
    </message>
    <message>
        <source>The picture is saved as {name}. Hum has not opened it: either the name does not end like a picture’s, or no program here shows such files.</source>
        <translation>Das Bild ist als {name} gespeichert. Hum hat es nicht geöffnet: Entweder endet der Name nicht wie der eines Bildes, oder kein Programm hier zeigt solche Dateien.</translation>
    </message>
</context>
<context>
    <name>AutoLock</name>
    <message>
        <source>{n} minutes</source>
        <translation>{n} Minuten</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>1 minute</source>
        <translation>1 Minute</translation>
    </message>
    <message>
        <source>Lock together with the &amp;screen</source>
        <translation>Zusammen mit dem &amp;Bildschirm sperren</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>Jetzt sperren</translation>
    </message>
    <message>
        <source>Lock when nobody has used Hum &amp;for</source>
        <translation>Sperren, wenn Hum unbenutzt war &amp;für</translation>
    </message>
    <message>
        <source>keyring</source>
        <translation>Schlüsselbund</translation>
    </message>
    <message>
        <source>passphrase</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>recovery code</source>
        <translation>Wieder­herstellungs­code</translation>
    </message>
    <message>
        <source>What opens Hum now: {ways}.</source>
        <translation>Das öffnet Hum zurzeit: {ways}.</translation>
    </message>
    <message>
        <source>Without a passphrase, whoever sits at your open session can unlock Hum with one click. Set a passphrase to change that.</source>
        <translation>Ohne Passphrase kann jeder, der an Ihrer offenen Sitzung sitzt, Hum mit einem Klick entsperren. Setzen Sie eine Passphrase, um das zu ändern.</translation>
    </message>
</context>
<context>
    <name>BackupSection</name>
    <message>
        <source>&amp;Contacts, name and settings only, no messages</source>
        <translation>Nur &amp;Kontakte, Name und Einstellungen, keine Nachrichten</translation>
    </message>
    <message>
        <source>Writing the backup</source>
        <translation>Sicherung wird geschrieben</translation>
    </message>
    <message>
        <source>Back up now…</source>
        <translation>Jetzt sichern…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Every hour</source>
        <translation>Jede Stunde</translation>
    </message>
    <message>
        <source>Every day</source>
        <translation>Jeden Tag</translation>
    </message>
    <message>
        <source>Every week</source>
        <translation>Jede Woche</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>Sicherung</translation>
    </message>
    <message>
        <source>A backup is one encrypted file that a new computer can go on from. Its passphrase is its own: without it nobody can open the file, and nobody can reset it.</source>
        <translation>Eine Sicherung ist eine verschlüsselte Datei, mit der ein neuer Computer weitermachen kann. Sie hat eine eigene Passphrase: Ohne sie kann niemand die Datei öffnen, und niemand kann sie zurücksetzen.</translation>
    </message>
    <message>
        <source>Passphrase of the backup</source>
        <translation>Passphrase der Sicherung</translation>
    </message>
    <message>
        <source>How &amp;often</source>
        <translation>Wie &amp;oft</translation>
    </message>
    <message>
        <source>Back up to</source>
        <translation>Sichern nach</translation>
    </message>
    <message>
        <source>Written. Contacts: {contacts}. Messages: {messages}.</source>
        <translation>Geschrieben. Kontakte: {contacts}. Nachrichten: {messages}.</translation>
    </message>
    <message>
        <source>Every {hours} h into {folder}. Newest ones kept: {count}.</source>
        <translation>Alle {hours} h nach {folder}. Aufbewahrt werden die neuesten: {count}.</translation>
    </message>
    <message>
        <source>Cancelled. Nothing of it was left behind.</source>
        <translation>Abgebrochen. Es blieb nichts davon zurück.</translation>
    </message>
    <message>
        <source>Automatic backups</source>
        <translation>Automatische Sicherungen</translation>
    </message>
    <message>
        <source>Write backups into</source>
        <translation>Sicherungen schreiben in</translation>
    </message>
    <message>
        <source>Off. Type a passphrase above, then choose a folder.</source>
        <translation>Aus. Geben Sie oben eine Passphrase ein und wählen Sie dann einen Ordner.</translation>
    </message>
    <message>
        <source>The last try failed; it is tried again within the hour.</source>
        <translation>Der letzte Versuch schlug fehl; er wird innerhalb einer Stunde wiederholt.</translation>
    </message>
    <message>
        <source>The last one: {when}.</source>
        <translation>Die letzte: {when}.</translation>
    </message>
</context>
<context>
    <name>Bubble</name>
    <message>
        <source>New messages</source>
        <translation>Neue Nachrichten</translation>
    </message>
    <message>
        <source>Accept and save…</source>
        <translation>Annehmen und speichern…</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter…</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Not sent: {reason}. Send again</source>
        <translation>Nicht gesendet: {reason}. Erneut senden</translation>
    </message>
    <message>
        <source>Show all {count} characters</source>
        <translation>Alle {count} Zeichen zeigen</translation>
    </message>
</context>
<context>
    <name>BudgetField</name>
    <message>
        <source>No budget</source>
        <translation>Kein Budget</translation>
    </message>
    <message>
        <source>Set budget</source>
        <translation>Budget setzen</translation>
    </message>
    <message>
        <source>Data budget in &amp;GB a month, for all contacts together</source>
        <translation>Datenbudget in &amp;GB je Monat, für alle Kontakte zusammen</translation>
    </message>
    <message>
        <source>With all contacts and relays connected ({count}): {hour} an hour, {month} a month. What comes in is counted like your own cells, although the other side chooses it; fast lanes come on top.</source>
        <translation>Wenn alle Kontakte und Relais verbunden sind ({count}): {hour} in der Stunde, {month} im Monat. Was ankommt, zählt wie Ihre eigenen Zellen, obwohl die andere Seite es bestimmt; schnelle Spuren kommen dazu.</translation>
    </message>
    <message>
        <source>The budget suffices for what you have chosen.</source>
        <translation>Das Budget reicht für das, was Sie gewählt haben.</translation>
    </message>
    <message>
        <source>Type a number of gigabytes, or nothing.</source>
        <translation>Geben Sie eine Zahl von Gigabyte ein oder nichts.</translation>
    </message>
    <message>
        <source>The data budget cannot be kept: see below.</source>
        <translation>Das Datenbudget lässt sich nicht einhalten: siehe unten.</translation>
    </message>
    <message>
        <source>Cover is reduced to keep the data budget: see below.</source>
        <translation>Der Tarnverkehr ist verringert, damit das Datenbudget reicht: siehe unten.</translation>
    </message>
    <message>
        <source>The data budget cannot be kept: even the slowest profile costs {month} a month with your contacts. Raise it, or have fewer contacts.</source>
        <translation>Das Datenbudget lässt sich nicht einhalten: Selbst das langsamste Profil kostet mit Ihren Kontakten {month} je Monat. Erhöhen Sie es, oder verringern Sie die Zahl der Kontakte.</translation>
    </message>
    <message>
        <source>Cover is reduced: the data budget leaves less than you chose. Contacts concerned: {count}. Messages wait longer; they are hidden as before.</source>
        <translation>Der Tarnverkehr ist verringert: Das Datenbudget lässt weniger zu, als Sie gewählt haben. Betroffene Kontakte: {count}. Nachrichten warten länger; verborgen sind sie wie zuvor.</translation>
    </message>
</context>
<context>
    <name>Build</name>
    <message>
        <source>Every file is the one that was published: release keys have signed them.</source>
        <translation>Jede Datei ist so, wie sie veröffentlicht wurde: Schlüssel der Herausgeber haben sie unterschrieben.</translation>
    </message>
    <message>
        <source>Every file is as it was built. Nobody has signed this build: it is somebody&apos;s own, not a release.</source>
        <translation>Jede Datei ist so, wie sie gebaut wurde. Niemand hat diese Fassung unterschrieben: Jemand hat sie selbst gebaut, sie wurde nicht herausgegeben.</translation>
    </message>
    <message>
        <source>Hum runs from its sources here. There is no list of files to compare with; the fingerprint is made from the sources and marked “source”.</source>
        <translation>Hum läuft hier aus seinen Quelltexten. Es gibt keine Liste von Dateien zum Vergleichen; die Prüfzahl wird aus den Quelltexten berechnet und ist mit „source“ gekennzeichnet.</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
    <message>
        <source>Files of this program are not those of its build. Install Hum anew from a place that you trust, and write nothing secret here until then.</source>
        <translation>Dateien dieses Programms sind nicht die, mit denen es gebaut wurde. Installieren Sie Hum neu, aus einer Quelle, der Sie vertrauen, und schreiben Sie bis dahin hier nichts Geheimes.</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>does not belong here</source>
        <translation>gehört nicht hierher</translation>
    </message>
    <message>
        <source>others may change it, or it may not be run</source>
        <translation>andere dürfen sie ändern, oder sie darf nicht ausgeführt werden</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>ist nicht lesbar</translation>
    </message>
    <message>
        <source>not signed by enough release keys</source>
        <translation>nicht von genug Schlüsseln der Herausgeber unterschrieben</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>verändert</translation>
    </message>
    <message>
        <source>The same: {name}’s program says that it consists of the same files as yours.</source>
        <translation>Gleich: Das Programm von {name} sagt, dass es aus denselben Dateien besteht wie Ihres.</translation>
    </message>
    <message>
        <source>Different: {name}’s Hum has the same version for the same system, and other files. One of the two was changed, or is somebody&apos;s own build. Ask {name} over another channel, and compare the words with a third person.</source>
        <translation>Verschieden: Das Hum von {name} hat dieselbe Version für dasselbe System, aber andere Dateien. Eines der beiden wurde verändert oder ist selbst gebaut. Fragen Sie {name} auf einem anderen Weg, und vergleichen Sie die Wörter mit einer dritten Person.</translation>
    </message>
    <message>
        <source>Another version: {name} has {peer}, you have {own}. Only equal versions can be compared.</source>
        <translation>Eine andere Version: {name} hat {peer}, Sie haben {own}. Nur gleiche Versionen lassen sich vergleichen.</translation>
    </message>
    <message>
        <source>The same version for another system ({system}): its files differ, and must. Nothing can be compared.</source>
        <translation>Dieselbe Version für ein anderes System ({system}): Ihre Dateien sind verschieden und müssen es sein. Es lässt sich nichts vergleichen.</translation>
    </message>
</context>
<context>
    <name>BuildCompareDialog</name>
    <message>
        <source>Compare programs</source>
        <translation>Programme vergleichen</translation>
    </message>
    <message>
        <source>Your build</source>
        <translation>Ihre Fassung</translation>
    </message>
    <message>
        <source>Their build</source>
        <translation>Die andere Fassung</translation>
    </message>
    <message>
        <source>Asking</source>
        <translation>Es wird gefragt</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compare programs with {name}</source>
        <translation>Programme mit {name} vergleichen</translation>
    </message>
    <message>
        <source>Hum asks {name}’s Hum inside your conversation which build it is, and says which one yours is. Each of you learns the version and the system of the other.</source>
        <translation>Hum fragt das Hum von {name} innerhalb Ihrer Unterhaltung, welche Fassung es ist, und sagt, welche Ihres ist. Jede Seite erfährt Version und System der anderen.</translation>
    </message>
    <message>
        <source>Equal builds show that nobody gave one of you another program than the other, unless that program was made to say what a good one would. They do not show that the program you both have is honest; for that, builds are signed and can be made again by anyone.</source>
        <translation>Gleiche Fassungen zeigen, dass niemand einem von Ihnen ein anderes Programm gegeben hat als dem anderen, es sei denn, es wurde gebaut, um zu sagen, was ein gutes sagen würde. Sie zeigen nicht, dass das Programm, das Sie beide haben, ehrlich ist; dafür werden Fassungen unterschrieben, und jeder kann sie noch einmal bauen.</translation>
    </message>
</context>
<context>
    <name>CameraDialog</name>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Picture of the camera</source>
        <translation>Bild der Kamera</translation>
    </message>
    <message>
        <source>Hold the QR code so that it fills about half of the picture.</source>
        <translation>Halten Sie den QR-Code so, dass er etwa die Hälfte des Bildes füllt.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>ChangedKeyBanner</name>
    <message>
        <source>Compare safety numbers</source>
        <translation>Sicherheits­nummern vergleichen</translation>
    </message>
    <message>
        <source>Treat as a new contact</source>
        <translation>Als neuen Kontakt behandeln</translation>
    </message>
    <message>
        <source>Keep blocked</source>
        <translation>Blockiert lassen</translation>
    </message>
    <message>
        <source>{name}’s computer shows another key than the one pinned on {date}. Either they reinstalled Hum, or someone is between you. What you write meanwhile waits on this computer.</source>
        <translation>Der Computer von {name} zeigt einen anderen Schlüssel als den, der am {date} gemerkt wurde. Entweder wurde Hum dort neu eingerichtet, oder jemand steht zwischen Ihnen. Was Sie inzwischen schreiben, wartet auf diesem Computer.</translation>
    </message>
</context>
<context>
    <name>CloseChoiceDialog</name>
    <message>
        <source>Keep Hum running?</source>
        <translation>Soll Hum weiterlaufen?</translation>
    </message>
    <message>
        <source>Without its window Hum can stay in the tray: messages arrive, and the hum does not stop when you stop looking. This is asked once; the settings have it too.</source>
        <translation>Ohne Fenster kann Hum im Infobereich bleiben: Nachrichten kommen an, und das Summen endet nicht, wenn Sie nicht mehr hinsehen. Diese Frage kommt nur einmal; sie steht auch in den Einstellungen.</translation>
    </message>
    <message>
        <source>Quit Hum</source>
        <translation>Hum beenden</translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>Weiterlaufen lassen</translation>
    </message>
</context>
<context>
    <name>CodeSource</name>
    <message>
        <source>Picture…</source>
        <translation>Bild…</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>From screen…</source>
        <translation>Vom Bildschirm…</translation>
    </message>
    <message>
        <source>Camera…</source>
        <translation>Kamera…</translation>
    </message>
    <message>
        <source>Open a picture with a QR code</source>
        <translation>Ein Bild mit einem QR-Code öffnen</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif)</source>
        <translation>Bilder (*.png *.jpg *.jpeg *.webp *.bmp *.gif)</translation>
    </message>
    <message>
        <source>There is no text and no picture on the clipboard.</source>
        <translation>In der Zwischenablage ist weder Text noch Bild.</translation>
    </message>
    <message>
        <source>Hum sees no camera here. Take a picture of the QR code with another device and open it here, or have the link sent to you.</source>
        <translation>Hum findet hier keine Kamera. Fotografieren Sie den QR-Code mit einem anderen Gerät und öffnen Sie das Bild hier, oder lassen Sie sich den Link schicken.</translation>
    </message>
    <message>
        <source>This picture is too large. Hum reads up to {megapixels} megapixels and {megabytes} MiB; take a part of it.</source>
        <translation>Dieses Bild ist zu groß. Hum liest bis zu {megapixels} Megapixel und {megabytes} MiB; nehmen Sie einen Ausschnitt.</translation>
    </message>
    <message>
        <source>These are several files. Take one at a time.</source>
        <translation>Das sind mehrere Dateien. Nehmen Sie jeweils nur eine.</translation>
    </message>
    <message>
        <source>This is not on this computer. Save the picture here first.</source>
        <translation>Das liegt nicht auf diesem Computer. Speichern Sie das Bild zuerst hier.</translation>
    </message>
    <message>
        <source>There are {count} QR codes in this picture. Take a part with one.</source>
        <translation>In diesem Bild sind {count} QR-Codes. Nehmen Sie einen Ausschnitt mit nur einem.</translation>
    </message>
    <message>
        <source>The QR code in this picture is not {wanted}.</source>
        <translation>Der QR-Code in diesem Bild ist nicht {wanted}.</translation>
    </message>
    <message>
        <source>This desktop does not let programs see the screen. Take a screenshot of the QR code and paste it here, or drop the picture into this window.</source>
        <translation>Diese Arbeitsumgebung lässt Programme den Bildschirm nicht sehen. Machen Sie ein Bildschirmfoto des QR-Codes und fügen Sie es hier ein, oder ziehen Sie das Bild in dieses Fenster.</translation>
    </message>
    <message>
        <source>This is no picture that Hum reads: PNG, JPEG, WebP, BMP or GIF.</source>
        <translation>Das ist kein Bild, das Hum lesen kann: PNG, JPEG, WebP, BMP oder GIF.</translation>
    </message>
    <message>
        <source>This picture is damaged. Save or send it once more.</source>
        <translation>Dieses Bild ist beschädigt. Speichern oder senden Sie es noch einmal.</translation>
    </message>
    <message>
        <source>There is no QR code to be found in this picture. Try a sharper one that shows the whole code with its white edge.</source>
        <translation>In diesem Bild ist kein QR-Code zu finden. Versuchen Sie ein schärferes, das den ganzen Code mit seinem weißen Rand zeigt.</translation>
    </message>
    <message>
        <source>This file cannot be read.</source>
        <translation>Diese Datei lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>Reading this picture took too long. Take a smaller part.</source>
        <translation>Das Lesen dieses Bildes dauerte zu lange. Nehmen Sie einen kleineren Ausschnitt.</translation>
    </message>
    <message>
        <source>This picture could not be read. Try another one.</source>
        <translation>Dieses Bild ließ sich nicht lesen. Versuchen Sie ein anderes.</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Send (Enter)</source>
        <translation>Senden (Enter)</translation>
    </message>
    <message>
        <source>Send a file…</source>
        <translation>Datei senden…</translation>
    </message>
    <message>
        <source>Too long for one message; bytes too many: {count}. Send it in parts.</source>
        <translation>Zu lang für eine Nachricht; Bytes zu viel: {count}. Senden Sie sie in Teilen.</translation>
    </message>
    <message>
        <source>Bytes left: {count}</source>
        <translation>Noch frei, in Bytes: {count}</translation>
    </message>
</context>
<context>
    <name>Confirm</name>
    <message>
        <source>Remove {name}?</source>
        <translation>{name} entfernen?</translation>
    </message>
    <message>
        <source>The contact, its key and all its messages are deleted from this computer, also those that still wait to be sent. What arrived on the other computer stays there. This cannot be undone.</source>
        <translation>Der Kontakt, sein Schlüssel und alle seine Nachrichten werden von diesem Computer gelöscht, auch jene, die noch auf das Senden warten. Was auf dem anderen Computer ankam, bleibt dort. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Block {name}?</source>
        <translation>{name} blockieren?</translation>
    </message>
    <message>
        <source>Hum will not connect with this key any more and take nothing from it. The conversation stays here, and you can unblock it later.</source>
        <translation>Hum verbindet sich nicht mehr mit diesem Schlüssel und nimmt nichts mehr von ihm an. Die Unterhaltung bleibt hier, und Sie können die Blockierung später aufheben.</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>Decline {name}?</source>
        <translation>{name} ablehnen?</translation>
    </message>
    <message>
        <source>The request is deleted here and their Hum is told so. If they ask again within a week, you will not see it; to keep them away for good, block them instead.</source>
        <translation>Die Anfrage wird hier gelöscht, und Hum teilt das der anderen Seite mit. Fragt sie innerhalb einer Woche noch einmal an, sehen Sie das nicht; um sie auf Dauer fernzuhalten, blockieren Sie sie stattdessen.</translation>
    </message>
    <message>
        <source>Decline</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Treat the new key as a new contact?</source>
        <translation>Den neuen Schlüssel als neuen Kontakt behandeln?</translation>
    </message>
    <message>
        <source>The new key becomes a second contact that nobody has compared yet. {name} with the old key stays as it is. If someone is between you, you would then write to them: compare safety numbers first if you can.</source>
        <translation>Der neue Schlüssel wird ein zweiter Kontakt, den noch niemand verglichen hat. {name} mit dem alten Schlüssel bleibt, wie er ist. Falls jemand zwischen Ihnen steht, würden Sie dann dieser Person schreiben: Vergleichen Sie zuerst die Sicherheits­nummern, wenn Sie können.</translation>
    </message>
    <message>
        <source>Make a new contact</source>
        <translation>Neuen Kontakt anlegen</translation>
    </message>
    <message>
        <source>The message is wiped from this computer, with its words in the search index. {name} keeps it. This cannot be undone.</source>
        <translation>Die Nachricht wird auf diesem Computer gelöscht, samt ihren Wörtern im Suchverzeichnis. {name} behält sie. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>The message is wiped here, and {name}’s Hum is told to do the same. What was copied or read before cannot be taken back. This cannot be undone.</source>
        <translation>Die Nachricht wird hier gelöscht, und das Hum von {name} wird gebeten, dasselbe zu tun. Was schon kopiert oder gelesen wurde, lässt sich nicht zurückholen. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Delete for both?</source>
        <translation>Für beide löschen?</translation>
    </message>
    <message>
        <source>Delete here?</source>
        <translation>Hier löschen?</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Keep messages from now on?</source>
        <translation>Nachrichten ab jetzt behalten?</translation>
    </message>
    <message>
        <source>What is written once {name} has this stays on both computers until somebody deletes it. Earlier messages disappear as they were meant to.</source>
        <translation>Was geschrieben wird, sobald {name} dies hat, bleibt auf beiden Computern, bis es jemand löscht. Frühere Nachrichten verschwinden wie vorgesehen.</translation>
    </message>
    <message>
        <source>Let messages disappear after {time}?</source>
        <translation>Nachrichten nach einer Frist verschwinden lassen ({time})?</translation>
    </message>
    <message>
        <source>It holds for what either of you writes once {name} has this, and counts from the delivery. {name} can still copy or photograph a message: nothing can prevent that.</source>
        <translation>Das gilt für alles, was Sie beide schreiben, sobald {name} dies hat, und zählt ab der Zustellung. {name} kann eine Nachricht trotzdem kopieren oder fotografieren: Das kann nichts verhindern.</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>Einstellen</translation>
    </message>
    <message>
        <source>From now on {name}’s Hum is told which messages were on your screen. You are shown the same of yours once {name} turns this on too: whoever does not tell is not shown anything. No cell leaves because of it, and what you have read before is not told.</source>
        <translation>Von jetzt an erfährt das Hum von {name}, welche Nachrichten auf Ihrem Bildschirm waren. Dasselbe wird Ihnen von Ihren gezeigt, sobald auch {name} das einschaltet: Wer nichts sagt, dem wird nichts gezeigt. Keine Zelle geht deswegen ab, und was Sie früher gelesen haben, wird nicht gesagt.</translation>
    </message>
    <message>
        <source>Tell {name} what you have read?</source>
        <translation>Soll {name} erfahren, was Sie gelesen haben?</translation>
    </message>
    <message>
        <source>Turn on</source>
        <translation>Einschalten</translation>
    </message>
</context>
<context>
    <name>ConfirmDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>ConnectionDialog</name>
    <message>
        <source>Connection</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>Connection with {name}</source>
        <translation>Verbindung mit {name}</translation>
    </message>
    <message>
        <source>Connection check…</source>
        <translation>Prüfung der Verbindung…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Hum tries again by itself, at least every two minutes, whether anything waits or not. The connection check looks at each step of the way from here.</source>
        <translation>Hum versucht es von selbst wieder, wenigstens alle zwei Minuten, ob etwas wartet oder nicht. Die Prüfung der Verbindung sieht sich von hier aus jeden Schritt des Weges an.</translation>
    </message>
</context>
<context>
    <name>ContactCover</name>
    <message>
        <source>As for everybody</source>
        <translation>Wie für alle</translation>
    </message>
    <message>
        <source>Another choice for one &amp;contact</source>
        <translation>Andere Wahl für einen &amp;Kontakt</translation>
    </message>
    <message>
        <source>Cover for this c&amp;ontact</source>
        <translation>&amp;Tarnverkehr für diesen Kontakt</translation>
    </message>
    <message>
        <source>Another schedule</source>
        <translation>Ein anderer Takt</translation>
    </message>
    <message>
        <source>{hour} an hour · {month} a month</source>
        <translation>{hour} je Stunde · {month} je Monat</translation>
    </message>
    <message>
        <source>Reduced by the data budget: {hour} an hour · {month} a month</source>
        <translation>Durch das Datenbudget verringert: {hour} je Stunde · {month} je Monat</translation>
    </message>
    <message>
        <source>With a cover of their own: {names}.</source>
        <translation>Mit eigenem Tarnverkehr: {names}.</translation>
    </message>
    <message>
        <source>Saved. It applies to connections that are made from now on.</source>
        <translation>Gespeichert. Es gilt für Verbindungen, die von nun an aufgebaut werden.</translation>
    </message>
</context>
<context>
    <name>ContactDelegate</name>
    <message>
        <source>Requests</source>
        <translation>Anfragen</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>Kontakte</translation>
    </message>
    <message>
        <source>Another key answered</source>
        <translation>Ein anderer Schlüssel hat geantwortet</translation>
    </message>
    <message>
        <source>Draft: {text}</source>
        <translation>Entwurf: {text}</translation>
    </message>
    <message>
        <source>No messages yet</source>
        <translation>Noch keine Nachrichten</translation>
    </message>
    <message>
        <source>You: {text}</source>
        <translation>Sie: {text}</translation>
    </message>
</context>
<context>
    <name>ContactsModel</name>
    <message>
        <source>{count} unread</source>
        <translation>{count} ungelesen</translation>
    </message>
</context>
<context>
    <name>ContactsPanel</name>
    <message>
        <source>Add a contact (Ctrl+N)</source>
        <translation>Kontakt hinzufügen (Strg+N)</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Nobody here yet</source>
        <translation>Noch niemand hier</translation>
    </message>
    <message>
        <source>Exchange links with somebody you know, and write to them.</source>
        <translation>Tauschen Sie Links mit jemandem, den Sie kennen, und schreiben Sie einander.</translation>
    </message>
    <message>
        <source>Add a contact</source>
        <translation>Kontakt hinzufügen</translation>
    </message>
    <message>
        <source>No contact of that name</source>
        <translation>Kein Kontakt mit diesem Namen</translation>
    </message>
    <message>
        <source>Esc shows all contacts again.</source>
        <translation>Esc zeigt wieder alle Kontakte.</translation>
    </message>
    <message>
        <source>Search contacts</source>
        <translation>Kontakte suchen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>Kontakte</translation>
    </message>
</context>
<context>
    <name>ConversationHeader</name>
    <message>
        <source>Back to the contacts</source>
        <translation>Zurück zu den Kontakten</translation>
    </message>
    <message>
        <source>Search in this conversation (Ctrl+F)</source>
        <translation>In dieser Unterhaltung suchen (Strg+F)</translation>
    </message>
    <message>
        <source>More about this contact</source>
        <translation>Mehr zu diesem Kontakt</translation>
    </message>
    <message>
        <source>Go to a date…</source>
        <translation>Zu einem Datum gehen…</translation>
    </message>
    <message>
        <source>Connection…</source>
        <translation>Verbindung…</translation>
    </message>
    <message>
        <source>Safety number…</source>
        <translation>Sicherheits­nummer…</translation>
    </message>
    <message>
        <source>Compare programs…</source>
        <translation>Programme vergleichen…</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Disappearing messages</source>
        <translation>Verschwindende Nachrichten</translation>
    </message>
    <message>
        <source>Tell each other what was read</source>
        <translation>Einander sagen, was gelesen wurde</translation>
    </message>
    <message>
        <source>Block…</source>
        <translation>Blockieren…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>Blockierung aufheben</translation>
    </message>
</context>
<context>
    <name>ConversationModel</name>
    <message>
        <source>A message that is not here any more</source>
        <translation>Eine Nachricht, die nicht mehr da ist</translation>
    </message>
    <message>
        <source>A message that cannot be read at the moment</source>
        <translation>Eine Nachricht, die gerade nicht gelesen werden kann</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>New messages</source>
        <translation>Neue Nachrichten</translation>
    </message>
    <message>
        <source>Answers: {words}</source>
        <translation>Antwortet auf: {words}</translation>
    </message>
    <message>
        <source>Edited {when}</source>
        <translation>Bearbeitet {when}</translation>
    </message>
    <message>
        <source>You reacted with {sign}</source>
        <translation>Sie haben mit {sign} reagiert</translation>
    </message>
    <message>
        <source>{name} reacted with {sign}</source>
        <translation>{name} hat mit {sign} reagiert</translation>
    </message>
</context>
<context>
    <name>ConversationPage</name>
    <message>
        <source>Write to {name}</source>
        <translation>Nachricht an {name}</translation>
    </message>
</context>
<context>
    <name>ConversationView</name>
    <message>
        <source>Jump to the newest message</source>
        <translation>Zur neuesten Nachricht springen</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
</context>
<context>
    <name>CopyButton</name>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>CoverChoice</name>
    <message>
        <source>Saver</source>
        <translation>Sparsam</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <source>Lively</source>
        <translation>Lebhaft</translation>
    </message>
    <message>
        <source>For each contact who is connected, both directions together, with IP and TCP headers and acknowledgements; a month has 30 days without a pause. It is the same whether you write or not: that is what hides when you do.</source>
        <translation>Je verbundenem Kontakt, beide Richtungen zusammen, mit IP- und TCP-Köpfen und Bestätigungen; ein Monat hat 30 Tage ohne Pause. Es ist gleich viel, ob Sie schreiben oder nicht: Genau das verbirgt, wann Sie schreiben.</translation>
    </message>
</context>
<context>
    <name>CoverSection</name>
    <message>
        <source>Cover traffic</source>
        <translation>Tarnverkehr</translation>
    </message>
    <message>
        <source>A change takes effect with the next connection, never in the middle of one: what you do must not be seen on the wire.</source>
        <translation>Eine Änderung gilt ab der nächsten Verbindung, nie mitten in einer: Was Sie tun, darf auf der Leitung nicht zu sehen sein.</translation>
    </message>
    <message>
        <source>Saved. It applies to connections made from now on.</source>
        <translation>Gespeichert. Es gilt für Verbindungen ab jetzt.</translation>
    </message>
</context>
<context>
    <name>DamagedPage</name>
    <message>
        <source>Save as a backup…</source>
        <translation>Als Sicherung retten…</translation>
    </message>
    <message>
        <source>Copy the files…</source>
        <translation>Dateien kopieren…</translation>
    </message>
    <message>
        <source>Or save what can still be read</source>
        <translation>Oder retten Sie, was noch lesbar ist</translation>
    </message>
    <message>
        <source>It becomes a backup with a passphrase of its own, from which a profile can be made on this computer or another. Hum says what was found and what was lost.</source>
        <translation>Daraus wird eine Sicherung mit eigener Passphrase, aus der sich auf diesem oder einem anderen Computer ein Profil anlegen lässt. Hum sagt, was gefunden wurde und was verloren ging.</translation>
    </message>
    <message>
        <source>Your data is missing</source>
        <translation>Ihre Daten fehlen</translation>
    </message>
    <message>
        <source>Your data is damaged</source>
        <translation>Ihre Daten sind beschädigt</translation>
    </message>
    <message>
        <source>The file that holds your messages is not in its folder. Hum makes no new one in its place. If it was moved, quit and put it back; else Hum can go back to the newest good state that it kept.</source>
        <translation>Die Datei mit Ihren Nachrichten ist nicht in ihrem Ordner. Hum legt an ihrer Stelle keine neue an. Wurde sie verschoben, beenden Sie Hum und legen Sie sie zurück; sonst kann Hum zum neuesten guten Stand zurückkehren, den es aufbewahrt hat.</translation>
    </message>
    <message>
        <source>The file that holds your messages cannot be read as it should be. Hum leaves it as it is and deletes nothing. It can go back to the newest good state that it kept; the damaged file is set aside then.</source>
        <translation>Die Datei mit Ihren Nachrichten lässt sich nicht so lesen, wie sie sein sollte. Hum lässt sie, wie sie ist, und löscht nichts. Es kann zum neuesten guten Stand zurückkehren, den es aufbewahrt hat; die beschädigte Datei wird dann beiseitegelegt.</translation>
    </message>
    <message>
        <source>Written. Contacts: {contacts}. Messages: {messages}.</source>
        <translation>Geschrieben. Kontakte: {contacts}. Nachrichten: {messages}.</translation>
    </message>
    <message>
        <source>Not all could be read. What is missing lay in damaged places.</source>
        <translation>Nicht alles war lesbar. Was fehlt, lag an beschädigten Stellen.</translation>
    </message>
    <message>
        <source>Copied to {folder}</source>
        <translation>Kopiert nach {folder}</translation>
    </message>
    <message>
        <source>Write the backup to</source>
        <translation>Sicherung schreiben nach</translation>
    </message>
    <message>
        <source>Copy the damaged files into</source>
        <translation>Beschädigte Dateien kopieren nach</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>There is no fingerprint here.</source>
        <translation>Hier steht kein Fingerabdruck.</translation>
    </message>
    <message>
        <source>The fingerprint has {count} characters too many; it has 14 groups of 4.</source>
        <translation>Der Fingerabdruck hat {count} Zeichen zu viel; er besteht aus 14 Gruppen zu 4.</translation>
    </message>
    <message>
        <source>The fingerprint lacks {count} characters; it has 14 groups of 4.</source>
        <translation>Dem Fingerabdruck fehlen {count} Zeichen; er besteht aus 14 Gruppen zu 4.</translation>
    </message>
    <message>
        <source>More than one character of the fingerprint is wrong, or two groups are swapped.</source>
        <translation>Mehr als ein Zeichen des Fingerabdrucks ist falsch, oder zwei Gruppen sind vertauscht.</translation>
    </message>
    <message>
        <source>Character {place} of group {group} of the fingerprint is wrong.</source>
        <translation>Zeichen {place} der Gruppe {group} des Fingerabdrucks ist falsch.</translation>
    </message>
    <message>
        <source>This fingerprint belongs to no usable key.</source>
        <translation>Dieser Fingerabdruck gehört zu keinem brauchbaren Schlüssel.</translation>
    </message>
    <message>
        <source>This text is far longer than a link.</source>
        <translation>Dieser Text ist viel länger als ein Link.</translation>
    </message>
    <message>
        <source>There is no link here.</source>
        <translation>Hier steht kein Link.</translation>
    </message>
    <message>
        <source>The beginning is missing: a link begins with {scheme}.</source>
        <translation>Der Anfang fehlt: Ein Link beginnt mit {scheme}.</translation>
    </message>
    <message>
        <source>The end is wrong: something was added to the link.</source>
        <translation>Das Ende ist falsch: An den Link wurde etwas angehängt.</translation>
    </message>
    <message>
        <source>Character {place} after {scheme} is wrong.</source>
        <translation>Zeichen {place} nach {scheme} ist falsch.</translation>
    </message>
    <message>
        <source>The end is missing, or more than one character is wrong.</source>
        <translation>Das Ende fehlt, oder mehr als ein Zeichen ist falsch.</translation>
    </message>
    <message>
        <source>This link says something that no Hum would write.</source>
        <translation>In diesem Link steht etwas, das kein Hum schreiben würde.</translation>
    </message>
    <message>
        <source>This link says something that no relay would write.</source>
        <translation>In diesem Link steht etwas, das kein Relais schreiben würde.</translation>
    </message>
    <message>
        <source>A contact is added by a link or by a fingerprint.</source>
        <translation>Einen Kontakt fügt man durch einen Link oder einen Fingerabdruck hinzu.</translation>
    </message>
    <message>
        <source>{name} is blocked or frozen.</source>
        <translation>{name} ist blockiert oder angehalten.</translation>
    </message>
    <message>
        <source>{name} is not asking to be a contact.</source>
        <translation>Von {name} liegt keine Anfrage vor.</translation>
    </message>
    <message>
        <source>{name} is not blocked.</source>
        <translation>{name} ist nicht blockiert.</translation>
    </message>
    <message>
        <source>{name} shows no other key.</source>
        <translation>{name} zeigt keinen anderen Schlüssel.</translation>
    </message>
    <message>
        <source>{name} has announced a new key and not shown it yet. Compare it once you were connected; over relays alone, remove {name} and add each other anew.</source>
        <translation>{name} hat einen neuen Schlüssel angekündigt und noch nicht gezeigt. Vergleichen Sie ihn, sobald Sie verbunden waren; wenn nur Relais zwischen Ihnen liegen, entfernen Sie {name} und fügen Sie einander neu hinzu.</translation>
    </message>
    <message>
        <source>{name} has announced this key as their new one and not shown it yet. Wait until {name} was connected under it; or remove {name}, if this link is somebody else&apos;s.</source>
        <translation>{name} hat diesen Schlüssel als neuen angekündigt und noch nicht gezeigt. Warten Sie, bis {name} damit verbunden war; oder entfernen Sie {name}, wenn dieser Link jemand anderem gehört.</translation>
    </message>
    <message>
        <source>The safety number with {name} has changed meanwhile. Compare the new one.</source>
        <translation>Die Sicherheitsnummer mit {name} hat sich inzwischen geändert. Vergleichen Sie die neue.</translation>
    </message>
    <message>
        <source>Accept the request before you write.</source>
        <translation>Nehmen Sie die Anfrage an, bevor Sie schreiben.</translation>
    </message>
    <message>
        <source>{name} gets no messages from you now.</source>
        <translation>{name} erhält jetzt keine Nachrichten von Ihnen.</translation>
    </message>
    <message>
        <source>Not everybody has heard of your last change of key yet. Wait until these contacts were connected, or remove them: {titles}.</source>
        <translation>Noch nicht alle haben von Ihrem letzten Schlüsselwechsel erfahren. Warten Sie, bis diese Kontakte verbunden waren, oder entfernen Sie sie: {titles}.</translation>
    </message>
    <message>
        <source>There is nothing to send.</source>
        <translation>Es gibt nichts zu senden.</translation>
    </message>
    <message>
        <source>The text holds half of a character (a lone surrogate).</source>
        <translation>Der Text enthält ein halbes Zeichen.</translation>
    </message>
    <message>
        <source>A page has at least one row.</source>
        <translation>Eine Seite hat mindestens eine Zeile.</translation>
    </message>
    <message>
        <source>A message expires after 1 to {most} seconds.</source>
        <translation>Eine Nachricht verfällt nach 1 bis {most} Sekunden.</translation>
    </message>
    <message>
        <source>A message lives for 1 to {most} seconds; 0: for good.</source>
        <translation>Eine Nachricht bleibt 1 bis {most} Sekunden; 0: für immer.</translation>
    </message>
    <message>
        <source>A message without text cannot be edited.</source>
        <translation>Eine Nachricht ohne Text lässt sich nicht bearbeiten.</translation>
    </message>
    <message>
        <source>A deleted message cannot be edited.</source>
        <translation>Eine gelöschte Nachricht lässt sich nicht bearbeiten.</translation>
    </message>
    <message>
        <source>A deleted message takes no reactions.</source>
        <translation>Auf eine gelöschte Nachricht kann man nicht reagieren.</translation>
    </message>
    <message>
        <source>A reaction has at most {most} bytes, without control codes.</source>
        <translation>Eine Reaktion hat höchstens {most} Byte und keine Steuerzeichen.</translation>
    </message>
    <message>
        <source>The reaction holds half of a character (a lone surrogate).</source>
        <translation>Die Reaktion enthält ein halbes Zeichen.</translation>
    </message>
    <message>
        <source>A received message has no way to go.</source>
        <translation>Eine empfangene Nachricht hat keinen Weg vor sich.</translation>
    </message>
    <message>
        <source>Only its author can do that with a message.</source>
        <translation>Das kann nur, wer die Nachricht geschrieben hat.</translation>
    </message>
    <message>
        <source>Only a failed message can be sent again.</source>
        <translation>Nur eine nicht gesendete Nachricht kann noch einmal gesendet werden.</translation>
    </message>
    <message>
        <source>This message is deleted already.</source>
        <translation>Diese Nachricht ist schon gelöscht.</translation>
    </message>
    <message>
        <source>This message does not wait any more.</source>
        <translation>Diese Nachricht wartet nicht mehr.</translation>
    </message>
    <message>
        <source>A file has at most {most} GiB.</source>
        <translation>Eine Datei hat höchstens {most} GiB.</translation>
    </message>
    <message>
        <source>A file is cancelled as a file.</source>
        <translation>Eine Datei wird als Datei abgebrochen.</translation>
    </message>
    <message>
        <source>Give a path or a size.</source>
        <translation>Geben Sie einen Pfad oder eine Größe an.</translation>
    </message>
    <message>
        <source>Give the whole path of a folder, or of a file in a folder that exists.</source>
        <translation>Geben Sie den ganzen Pfad eines Ordners an, oder den einer Datei in einem Ordner, den es gibt.</translation>
    </message>
    <message>
        <source>Nothing of this file is kept here.</source>
        <translation>Von dieser Datei ist hier nichts vorhanden.</translation>
    </message>
    <message>
        <source>Only a file can be sent, not a folder or a device.</source>
        <translation>Nur eine Datei kann gesendet werden, kein Ordner und kein Gerät.</translation>
    </message>
    <message>
        <source>The copy of this file is gone. Send the file again.</source>
        <translation>Die Kopie dieser Datei ist fort. Senden Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>The details of this file cannot be removed: it is no picture that Hum understands.</source>
        <translation>Die Angaben in dieser Datei lassen sich nicht entfernen: Sie ist kein Bild, das Hum versteht.</translation>
    </message>
    <message>
        <source>The details of this picture cannot be removed: it would be shown turned around.</source>
        <translation>Die Angaben in diesem Bild lassen sich nicht entfernen: Es würde gedreht gezeigt.</translation>
    </message>
    <message>
        <source>The file became longer while it was read.</source>
        <translation>Die Datei wurde länger, während sie gelesen wurde.</translation>
    </message>
    <message>
        <source>The file became shorter while it was read.</source>
        <translation>Die Datei wurde kürzer, während sie gelesen wurde.</translation>
    </message>
    <message>
        <source>The file cannot be read ({reason}).</source>
        <translation>Die Datei kann nicht gelesen werden ({reason}).</translation>
    </message>
    <message>
        <source>The file cannot be written ({reason}).</source>
        <translation>Die Datei kann nicht geschrieben werden ({reason}).</translation>
    </message>
    <message>
        <source>The name of a file cannot be edited.</source>
        <translation>Der Name einer Datei lässt sich nicht bearbeiten.</translation>
    </message>
    <message>
        <source>There is no such file, or it may not be read.</source>
        <translation>Diese Datei gibt es nicht, oder sie darf nicht gelesen werden.</translation>
    </message>
    <message>
        <source>This file does not wait for you.</source>
        <translation>Diese Datei wartet nicht auf Sie.</translation>
    </message>
    <message>
        <source>This file is not on offer any more.</source>
        <translation>Diese Datei wird nicht mehr angeboten.</translation>
    </message>
    <message>
        <source>This file is not under way.</source>
        <translation>Diese Datei ist nicht unterwegs.</translation>
    </message>
    <message>
        <source>This file is one of ours.</source>
        <translation>Diese Datei ist eine eigene.</translation>
    </message>
    <message>
        <source>This file is over already.</source>
        <translation>Diese Datei ist schon abgeschlossen.</translation>
    </message>
    <message>
        <source>This message offers no file.</source>
        <translation>Diese Nachricht bietet keine Datei an.</translation>
    </message>
    <message>
        <source>This picture is too long for its details to be removed.</source>
        <translation>Dieses Bild ist zu groß, um die Angaben daraus zu entfernen.</translation>
    </message>
    <message>
        <source>This cannot be said: a line is too long, or the key is none.</source>
        <translation>Das lässt sich nicht sagen: Eine Zeile ist zu lang, oder der Schlüssel ist keiner.</translation>
    </message>
    <message>
        <source>This transcript does not verify.</source>
        <translation>Diese Mitschrift ist nicht stimmig.</translation>
    </message>
    <message>
        <source>A cell leaves at most every millisecond, at least every 2 seconds.</source>
        <translation>Eine Zelle geht höchstens jede Millisekunde ab und mindestens alle 2 Sekunden.</translation>
    </message>
    <message>
        <source>A data budget is more than nothing and at most 1,000,000 GB a month.</source>
        <translation>Ein Datenbudget ist mehr als nichts und höchstens 1.000.000 GB im Monat.</translation>
    </message>
    <message>
        <source>A fast lane needs a connection to this contact.</source>
        <translation>Eine schnelle Spur braucht eine Verbindung zu diesem Kontakt.</translation>
    </message>
    <message>
        <source>Between two fast lanes lie at least {least} seconds.</source>
        <translation>Zwischen zwei schnellen Spuren liegen mindestens {least} Sekunden.</translation>
    </message>
    <message>
        <source>There is a fast lane, or a question about one, already.</source>
        <translation>Es gibt schon eine schnelle Spur oder eine Frage danach.</translation>
    </message>
    <message>
        <source>There is no cover profile named {name}.</source>
        <translation>Es gibt keinen Tarnverkehr namens {name}.</translation>
    </message>
    <message>
        <source>This contact does not ask for a fast lane.</source>
        <translation>Dieser Kontakt bittet nicht um eine schnelle Spur.</translation>
    </message>
    <message>
        <source>Waiting lasts from 0 to {most} seconds.</source>
        <translation>Das Warten dauert 0 bis {most} Sekunden.</translation>
    </message>
    <message>
        <source>These settings do not fit together ({reason}).</source>
        <translation>Diese Einstellungen passen nicht zusammen ({reason}).</translation>
    </message>
    <message>
        <source>There is no such relay.</source>
        <translation>Dieses Relais gibt es nicht.</translation>
    </message>
    <message>
        <source>You have {count} relays already. Remove one of them first.</source>
        <translation>Sie haben schon {count} Relais. Entfernen Sie zuerst eines davon.</translation>
    </message>
    <message>
        <source>Comparing programs needs a connection to this contact.</source>
        <translation>Um die Programme zu vergleichen, braucht es eine Verbindung zu diesem Kontakt.</translation>
    </message>
    <message>
        <source>This Hum does not know its own files.</source>
        <translation>Dieses Hum kennt seine eigenen Dateien nicht.</translation>
    </message>
    <message>
        <source>A file of this program cannot be read.</source>
        <translation>Eine Datei dieses Programms kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The manifest is larger than any manifest may be.</source>
        <translation>Das Verzeichnis der Dateien ist größer, als es sein darf.</translation>
    </message>
    <message>
        <source>The manifest was not written by a build of Hum.</source>
        <translation>Das Verzeichnis der Dateien stammt nicht aus einem Bau von Hum.</translation>
    </message>
    <message>
        <source>Something in the program folder is neither a file nor a link.</source>
        <translation>Etwas im Ordner des Programms ist weder Datei noch Verweis.</translation>
    </message>
    <message>
        <source>The manifest does not read like one.</source>
        <translation>Das Verzeichnis der Dateien liest sich nicht wie eines.</translation>
    </message>
    <message>
        <source>The manifest cannot be read.</source>
        <translation>Das Verzeichnis der Dateien kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>A file of the program cannot be read.</source>
        <translation>Eine Datei des Programms kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The signatures of the manifest are too long.</source>
        <translation>Die Unterschriften des Verzeichnisses sind zu lang.</translation>
    </message>
    <message>
        <source>The signatures are not those of a manifest.</source>
        <translation>Die Unterschriften gehören zu keinem Verzeichnis der Dateien.</translation>
    </message>
    <message>
        <source>The trusted root is damaged.</source>
        <translation>Die Wurzel des Vertrauens ist beschädigt.</translation>
    </message>
    <message>
        <source>The manifest does not carry the signatures of enough release keys.</source>
        <translation>Das Verzeichnis trägt nicht die Unterschriften genügend vieler Schlüssel.</translation>
    </message>
    <message>
        <source>The signatures of the manifest are damaged.</source>
        <translation>Die Unterschriften des Verzeichnisses sind beschädigt.</translation>
    </message>
    <message>
        <source>The program folder cannot be read.</source>
        <translation>Der Ordner des Programms kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>This onion address is not complete, or a letter of it is wrong: copy it again</source>
        <translation>Diese Onion-Adresse ist nicht vollständig, oder ein Buchstabe darin ist falsch: Kopieren Sie sie noch einmal</translation>
    </message>
    <message>
        <source>The server or the proxy has no usable address.</source>
        <translation>Der Server oder der Proxy hat keine brauchbare Adresse.</translation>
    </message>
    <message>
        <source>The file {path} is too large to be what it should be.</source>
        <translation>Die Datei {path} ist zu groß für das, was sie sein soll.</translation>
    </message>
    <message>
        <source>This Hum was built without a place that publishes updates.</source>
        <translation>Dieses Hum wurde ohne einen Ort gebaut, der neue Versionen veröffentlicht.</translation>
    </message>
    <message>
        <source>The file {path} cannot be read.</source>
        <translation>Die Datei {path} kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>There is no package {name}.</source>
        <translation>Es gibt kein Paket {name}.</translation>
    </message>
    <message>
        <source>Version {version} is not downloaded.</source>
        <translation>Version {version} ist nicht heruntergeladen.</translation>
    </message>
    <message>
        <source>The first root makes no sense, so nobody is asked.</source>
        <translation>Die erste Wurzel ergibt keinen Sinn, darum wird niemand gefragt.</translation>
    </message>
    <message>
        <source>Another Hum runs from {folder}. Quit it first.</source>
        <translation>Ein anderes Hum läuft aus {folder}. Beenden Sie es zuerst.</translation>
    </message>
    <message>
        <source>The folder {folder} is exchanged as a whole, and not everything in it is Hum&apos;s: {names} ({count} in all). Move that elsewhere first.</source>
        <translation>Der Ordner {folder} wird als Ganzes ausgetauscht, und nicht alles darin gehört zu Hum: {names} (insgesamt {count}). Legen Sie das zuerst woandershin.</translation>
    </message>
    <message>
        <source>Hum cannot tell what in the folder {folder} is yours: its list of files is missing or damaged. Unpack the new package somewhere else.</source>
        <translation>Hum kann nicht erkennen, was im Ordner {folder} Ihnen gehört: Die Liste seiner Dateien fehlt oder ist beschädigt. Entpacken Sie das neue Paket an einem anderen Ort.</translation>
    </message>
    <message>
        <source>The new program does not run on this computer.</source>
        <translation>Das neue Programm läuft auf diesem Computer nicht.</translation>
    </message>
    <message>
        <source>The new program does not start on this computer.</source>
        <translation>Das neue Programm startet auf diesem Computer nicht.</translation>
    </message>
    <message>
        <source>The package cannot be unpacked beside {folder}.</source>
        <translation>Das Paket kann neben {folder} nicht ausgepackt werden.</translation>
    </message>
    <message>
        <source>The package does not hold one folder with the program.</source>
        <translation>Das Paket enthält nicht genau einen Ordner mit dem Programm.</translation>
    </message>
    <message>
        <source>The package holds more than a program does.</source>
        <translation>Das Paket enthält mehr als ein Programm.</translation>
    </message>
    <message>
        <source>The package is compressed in a way that zstd refuses.</source>
        <translation>Das Paket ist so gepackt, dass zstd es ablehnt.</translation>
    </message>
    <message>
        <source>The package is for {other}, and this is {system}.</source>
        <translation>Das Paket ist für {other}, und hier läuft {system}.</translation>
    </message>
    <message>
        <source>The program in {folder} cannot be replaced.</source>
        <translation>Das Programm in {folder} kann nicht ersetzt werden.</translation>
    </message>
    <message>
        <source>There is no Hum in {folder} that runs.</source>
        <translation>In {folder} liegt kein Hum, das läuft.</translation>
    </message>
    <message>
        <source>There is no Hum in {folder} that tells its version.</source>
        <translation>In {folder} liegt kein Hum, das seine Version nennt.</translation>
    </message>
    <message>
        <source>There is no former program to go back to.</source>
        <translation>Es gibt kein früheres Programm, zu dem man zurückkehren könnte.</translation>
    </message>
    <message>
        <source>Unpacking needs the program zstd, which is not installed.</source>
        <translation>Zum Auspacken fehlt das Programm zstd.</translation>
    </message>
    <message>
        <source>{text} is neither an address nor a folder.</source>
        <translation>{text} ist weder eine Adresse noch ein Ordner.</translation>
    </message>
    <message>
        <source>{url} is no address of a server.</source>
        <translation>{url} ist keine Adresse eines Servers.</translation>
    </message>
    <message>
        <source>A backup belongs outside the folder of the profile.</source>
        <translation>Eine Sicherung gehört nicht in den Ordner des Profils.</translation>
    </message>
    <message>
        <source>A backup is a file: give it a name, not only a folder.</source>
        <translation>Eine Sicherung ist eine Datei: Geben Sie ihr einen Namen, nicht nur einen Ordner.</translation>
    </message>
    <message>
        <source>A backup is being written already.</source>
        <translation>Eine Sicherung wird gerade geschrieben.</translation>
    </message>
    <message>
        <source>A copy belongs outside the folder of the profile.</source>
        <translation>Eine Kopie gehört nicht in den Ordner des Profils.</translation>
    </message>
    <message>
        <source>A passphrase has 1 to {most} characters.</source>
        <translation>Eine Passphrase hat 1 bis {most} Zeichen.</translation>
    </message>
    <message>
        <source>A passphrase is Unicode text.</source>
        <translation>Eine Passphrase ist Unicode-Text.</translation>
    </message>
    <message>
        <source>A profile name is up to 64 letters, digits, spaces, dots or dashes.</source>
        <translation>Ein Profilname besteht aus bis zu 64 Buchstaben, Ziffern, Leerzeichen, Punkten oder Strichen.</translation>
    </message>
    <message>
        <source>A profile needs a passphrase or a keyring.</source>
        <translation>Ein Profil braucht eine Passphrase oder einen Schlüsselbund.</translation>
    </message>
    <message>
        <source>A slot is one of {names}.</source>
        <translation>Es gibt diese Zugänge: {names}.</translation>
    </message>
    <message>
        <source>Backups are written every 1 to 8760 hours, and 1 to 100 are kept.</source>
        <translation>Sicherungen werden alle 1 bis 8760 Stunden geschrieben, und 1 bis 100 bleiben erhalten.</translation>
    </message>
    <message>
        <source>Choose a folder that is there.</source>
        <translation>Wählen Sie einen Ordner, den es gibt.</translation>
    </message>
    <message>
        <source>Choose the keyring or a passphrase: one of them must open it.</source>
        <translation>Wählen Sie den Schlüsselbund oder eine Passphrase: Etwas davon muss es öffnen.</translation>
    </message>
    <message>
        <source>Hum is closing.</source>
        <translation>Hum wird gerade beendet.</translation>
    </message>
    <message>
        <source>Hum locks after 1 to {most} minutes, or with 0 never.</source>
        <translation>Hum sperrt sich nach 1 bis {most} Minuten, bei 0 nie.</translation>
    </message>
    <message>
        <source>Open the profile first.</source>
        <translation>Öffnen Sie zuerst das Profil.</translation>
    </message>
    <message>
        <source>The folder of the profile is not open.</source>
        <translation>Der Ordner des Profils ist nicht geöffnet.</translation>
    </message>
    <message>
        <source>The last way to open a profile cannot be removed.</source>
        <translation>Der letzte Zugang zu einem Profil lässt sich nicht entfernen.</translation>
    </message>
    <message>
        <source>The profile is open already.</source>
        <translation>Das Profil ist schon geöffnet.</translation>
    </message>
    <message>
        <source>There is a profile in this folder already.</source>
        <translation>In diesem Ordner liegt schon ein Profil.</translation>
    </message>
    <message>
        <source>There is a profile in this folder already; choose another one.</source>
        <translation>In diesem Ordner liegt schon ein Profil; wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>There is no such backup file.</source>
        <translation>Diese Sicherungsdatei gibt es nicht.</translation>
    </message>
    <message>
        <source>This is for a profile that does not open: make a backup.</source>
        <translation>Das ist für ein Profil, das sich nicht öffnen lässt: Schreiben Sie eine Sicherung.</translation>
    </message>
    <message>
        <source>This profile has an identity already.</source>
        <translation>Dieses Profil hat schon eine Identität.</translation>
    </message>
    <message>
        <source>This profile has no {slot} slot.</source>
        <translation>Dieses Profil hat diesen Zugang nicht: {slot}.</translation>
    </message>
    <message>
        <source>Try again in {count} seconds.</source>
        <translation>Versuchen Sie es in {count} Sekunden noch einmal.</translation>
    </message>
    <message>
        <source>Without the passphrase nothing opens this profile: its keyring does not work.</source>
        <translation>Ohne die Passphrase öffnet nichts dieses Profil: Sein Schlüsselbund arbeitet nicht.</translation>
    </message>
    <message>
        <source>The keyring holds the key of another profile.</source>
        <translation>Der Schlüsselbund enthält den Schlüssel eines anderen Profils.</translation>
    </message>
    <message>
        <source>{keyring} did not answer within {count} seconds.</source>
        <translation>{keyring} hat in {count} Sekunden nicht geantwortet.</translation>
    </message>
    <message>
        <source>{keyring} did not give back what it was given.</source>
        <translation>{keyring} hat nicht zurückgegeben, was hineingelegt wurde.</translation>
    </message>
    <message>
        <source>{keyring} does not work on this computer.</source>
        <translation>{keyring} arbeitet auf diesem Computer nicht.</translation>
    </message>
    <message>
        <source>{keyring} has no key of this profile.</source>
        <translation>{keyring} enthält keinen Schlüssel dieses Profils.</translation>
    </message>
    <message>
        <source>{keyring} is locked.</source>
        <translation>{keyring} ist gesperrt.</translation>
    </message>
    <message>
        <source>The default keyring forgets everything at log-out.</source>
        <translation>Der voreingestellte Schlüsselbund vergisst beim Abmelden alles.</translation>
    </message>
    <message>
        <source>The key is in {slot}, not in {keyring}.</source>
        <translation>Der Schlüssel liegt in {slot}, nicht in {keyring}.</translation>
    </message>
    <message>
        <source>The key was stored in {keyring}, which Hum cannot use here.</source>
        <translation>Der Schlüssel wurde in {keyring} abgelegt, das Hum hier nicht benutzen kann.</translation>
    </message>
    <message>
        <source>This system has no keyring that Hum trusts.</source>
        <translation>Dieses System hat keinen Schlüsselbund, dem Hum vertraut.</translation>
    </message>
</context>
<context>
    <name>DiagnosticsSection</name>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Looking through the database</source>
        <translation>Die Datenbank wird durchgesehen</translation>
    </message>
    <message>
        <source>Check data</source>
        <translation>Daten prüfen</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>What helps somebody who helps you. It names no person, no key, no address and no file of yours; read it before you give it away.</source>
        <translation>Was jemandem hilft, der Ihnen hilft. Der Bericht nennt keine Person, keinen Schlüssel, keine Adresse und keine Ihrer Dateien; lesen Sie ihn, bevor Sie ihn weitergeben.</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>The whole database was read, and it is sound.</source>
        <translation>Die ganze Datenbank wurde gelesen und ist in Ordnung.</translation>
    </message>
    <message>
        <source>The database is damaged. Make a backup now.</source>
        <translation>Die Datenbank ist beschädigt. Machen Sie jetzt eine Sicherung.</translation>
    </message>
</context>
<context>
    <name>DialPanel</name>
    <message>
        <source>Connecting</source>
        <translation>Verbindung wird aufgebaut</translation>
    </message>
    <message>
        <source>Stop connecting</source>
        <translation>Verbinden abbrechen</translation>
    </message>
    <message>
        <source>Connect to an address</source>
        <translation>Mit einer Adresse verbinden</translation>
    </message>
    <message>
        <source>They wait for a connection and tell you address and port. Hum trusts the key of whoever answers first, so compare the safety number afterwards.</source>
        <translation>Die andere Seite wartet auf eine Verbindung und nennt Ihnen Adresse und Port. Hum vertraut dem Schlüssel, der zuerst antwortet; vergleichen Sie deshalb danach die Sicherheits­nummer.</translation>
    </message>
    <message>
        <source>&amp;Host or IP address</source>
        <translation>&amp;Host oder IP-Adresse</translation>
    </message>
    <message>
        <source>&amp;Port</source>
        <translation>&amp;Port</translation>
    </message>
    <message>
        <source>Private &amp;name for them</source>
        <translation>Privater &amp;Name dafür</translation>
    </message>
    <message>
        <source>Connecting to {address}. This takes a minute at most.</source>
        <translation>Verbindung zu {address}. Das dauert höchstens eine Minute.</translation>
    </message>
</context>
<context>
    <name>Display</name>
    <message>
        <source>There is no display here. Start Hum in a desktop session, or use `hum rpc` or `hum demo`, which need none.</source>
        <translation>Hier gibt es keine Anzeige. Starten Sie Hum in einer grafischen Sitzung, oder nutzen Sie `hum rpc` oder `hum demo`, die keine brauchen.</translation>
    </message>
    <message>
        <source>The display {display} does not answer. Check the variable DISPLAY, or start Hum in a desktop session.</source>
        <translation>Die Anzeige {display} antwortet nicht. Prüfen Sie die Variable DISPLAY, oder starten Sie Hum in einer grafischen Sitzung.</translation>
    </message>
</context>
<context>
    <name>Doctor</name>
    <message>
        <source>Clock</source>
        <translation>Uhr</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>Port of the router</source>
        <translation>Port des Routers</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Local network</source>
        <translation>Lokales Netz</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Relay</source>
        <translation>Relais</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>Kontakte</translation>
    </message>
    <message>
        <source>This could not be found out in time. Try again.</source>
        <translation>Das ließ sich nicht rechtzeitig feststellen. Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The clock is kept right.</source>
        <translation>Die Uhr wird richtig gehalten.</translation>
    </message>
    <message>
        <source>Nothing keeps this clock right. Compare it: two days off, and nobody answers.</source>
        <translation>Nichts hält diese Uhr richtig. Vergleichen Sie sie: Geht sie zwei Tage falsch, antwortet niemand.</translation>
    </message>
    <message>
        <source>The clock is behind: what Hum has kept is dated later. Set date and time.</source>
        <translation>Die Uhr geht nach: Was Hum aufbewahrt, ist später datiert. Stellen Sie Datum und Zeit.</translation>
    </message>
    <message>
        <source>Hum listens on port {detail} and answers.</source>
        <translation>Hum horcht auf Port {detail} und antwortet.</translation>
    </message>
    <message>
        <source>Hum listens on this computer only; an onion service can lead here.</source>
        <translation>Hum horcht nur auf diesem Rechner; ein Onion-Dienst kann hierher führen.</translation>
    </message>
    <message>
        <source>Hum has no port to listen on. Quit the program that uses it, or choose another.</source>
        <translation>Hum hat keinen Port zum Horchen. Beenden Sie das Programm, das ihn belegt, oder wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>Hum listens, but its port does not answer. Look at the firewall here.</source>
        <translation>Hum horcht, aber der Port antwortet nicht. Sehen Sie sich die Firewall hier an.</translation>
    </message>
    <message>
        <source>The router lets callers in.</source>
        <translation>Der Router lässt Anrufer herein.</translation>
    </message>
    <message>
        <source>Not needed: this computer has a public address.</source>
        <translation>Nicht nötig: Dieser Rechner hat eine öffentliche Adresse.</translation>
    </message>
    <message>
        <source>Not asked for, as the settings have it.</source>
        <translation>Wird nicht erbeten, wie die Einstellungen es wollen.</translation>
    </message>
    <message>
        <source>The router is being asked. Try again in a few seconds.</source>
        <translation>Der Router wird gefragt. Versuchen Sie es in ein paar Sekunden noch einmal.</translation>
    </message>
    <message>
        <source>No router answers by UPnP. Switch UPnP on there, or forward Hum&apos;s port by hand.</source>
        <translation>Kein Router antwortet über UPnP. Schalten Sie dort UPnP ein, oder leiten Sie den Port von Hum von Hand weiter.</translation>
    </message>
    <message>
        <source>The router does not say its own address. Restart it, or forward the port.</source>
        <translation>Der Router nennt seine eigene Adresse nicht. Starten Sie ihn neu, oder leiten Sie den Port weiter.</translation>
    </message>
    <message>
        <source>The router has no public address itself, so it cannot let anybody in. Let your contact be the one who is reached, or use a relay or Tor.</source>
        <translation>Der Router hat selbst keine öffentliche Adresse und kann niemanden hereinlassen. Lassen Sie Ihren Kontakt erreichbar sein, oder nutzen Sie ein Relais oder Tor.</translation>
    </message>
    <message>
        <source>The router refuses. Allow UPnP there, or forward Hum&apos;s port by hand.</source>
        <translation>Der Router lehnt ab. Erlauben Sie dort UPnP, oder leiten Sie den Port von Hum von Hand weiter.</translation>
    </message>
    <message>
        <source>The program that asks the router ended. It is tried again in ten minutes.</source>
        <translation>Das Programm, das den Router fragt, hat geendet. In zehn Minuten wird es wieder versucht.</translation>
    </message>
    <message>
        <source>Your link says the addresses that you wrote down; Hum cannot try them.</source>
        <translation>Ihr Link nennt die Adressen, die Sie eingetragen haben; Hum kann sie nicht ausprobieren.</translation>
    </message>
    <message>
        <source>Your link says the router&apos;s address, which is public.</source>
        <translation>Ihr Link nennt die Adresse des Routers, und die ist öffentlich.</translation>
    </message>
    <message>
        <source>This computer has a public address.</source>
        <translation>Dieser Rechner hat eine öffentliche Adresse.</translation>
    </message>
    <message>
        <source>This computer is public by IPv6 only: contacts need IPv6 as well.</source>
        <translation>Dieser Rechner ist nur über IPv6 öffentlich: Auch Kontakte brauchen IPv6.</translation>
    </message>
    <message>
        <source>Your link says no address, as you chose: you call, nobody calls you.</source>
        <translation>Ihr Link nennt keine Adresse, wie Sie es gewählt haben: Sie rufen an, niemand ruft Sie an.</translation>
    </message>
    <message>
        <source>Only your own network reaches this computer. Contacts elsewhere need a port that the router opens, or must be reachable themselves.</source>
        <translation>Nur Ihr eigenes Netz erreicht diesen Rechner. Kontakte anderswo brauchen einen Port, den der Router öffnet, oder müssen selbst erreichbar sein.</translation>
    </message>
    <message>
        <source>Not looked at: switched off, or Hum listens on this computer only.</source>
        <translation>Nicht geprüft: abgeschaltet, oder Hum lauscht nur auf diesem Computer.</translation>
    </message>
    <message>
        <source>The local network cannot be listened to. It is tried again in a minute.</source>
        <translation>Im lokalen Netz kann nicht gelauscht werden. In einer Minute wird es wieder versucht.</translation>
    </message>
    <message>
        <source>Contacts heard in the local network: {detail}.</source>
        <translation>Im lokalen Netz gehörte Kontakte: {detail}.</translation>
    </message>
    <message>
        <source>No contact was heard in the local network yet.</source>
        <translation>Im lokalen Netz wurde noch kein Kontakt gehört.</translation>
    </message>
    <message>
        <source>None is set.</source>
        <translation>Es ist keiner eingestellt.</translation>
    </message>
    <message>
        <source>The proxy answers and takes what leaves.</source>
        <translation>Der Proxy antwortet und nimmt an, was abgeht.</translation>
    </message>
    <message>
        <source>The proxy does not answer. Start it, or correct its address.</source>
        <translation>Der Proxy antwortet nicht. Starten Sie ihn, oder berichtigen Sie seine Adresse.</translation>
    </message>
    <message>
        <source>It refuses the user name and password, or is no SOCKS5 proxy. Correct the settings.</source>
        <translation>Er lehnt Benutzername und Passwort ab oder ist kein SOCKS5-Proxy. Berichtigen Sie die Einstellungen.</translation>
    </message>
    <message>
        <source>Only your own network reaches this computer directly; for all others there is your relay.</source>
        <translation>Unmittelbar erreicht diesen Rechner nur Ihr eigenes Netz; für alle anderen gibt es Ihr Relais.</translation>
    </message>
    <message>
        <source>None is chosen. A relay keeps messages while one of you is away.</source>
        <translation>Es ist keines gewählt. Ein Relais bewahrt Nachrichten auf, solange eine Seite fort ist.</translation>
    </message>
    <message>
        <source>Connected: {detail}.</source>
        <translation>Verbunden: {detail}.</translation>
    </message>
    <message>
        <source>Hum is connecting to it. Try again in a few seconds.</source>
        <translation>Hum verbindet sich gerade. Versuchen Sie es in ein paar Sekunden noch einmal.</translation>
    </message>
    <message>
        <source>It does not answer. Look at its address, and whether this computer has a network.</source>
        <translation>Es antwortet nicht. Prüfen Sie seine Adresse, und ob dieser Rechner ein Netz hat.</translation>
    </message>
    <message>
        <source>Something answers there, but not as this relay. Ask its host for the link again.</source>
        <translation>Dort antwortet etwas, aber nicht als dieses Relais. Bitten Sie, wer es betreibt, noch einmal um den Link.</translation>
    </message>
    <message>
        <source>It was connected and does not answer now. Hum keeps trying.</source>
        <translation>Es war verbunden und antwortet jetzt nicht. Hum versucht es weiter.</translation>
    </message>
    <message>
        <source>There is nobody to connect to yet.</source>
        <translation>Es gibt noch niemanden, mit dem Hum sich verbinden könnte.</translation>
    </message>
    <message>
        <source>Nobody is connected; nobody could be called yet.</source>
        <translation>Niemand ist verbunden; angerufen werden konnte noch niemand.</translation>
    </message>
    <message>
        <source>Nobody is connected. Most calls ({detail}) found no Hum at the address: it may be closed, or its port is not let through.</source>
        <translation>Niemand ist verbunden. Die meisten Anrufe ({detail}) fanden an der Adresse kein Hum: Vielleicht ist es beendet, oder sein Port wird nicht durchgelassen.</translation>
    </message>
    <message>
        <source>Nobody is connected. Most calls ({detail}) found nothing at the address: they may be offline or elsewhere, or this computer is.</source>
        <translation>Niemand ist verbunden. Die meisten Anrufe ({detail}) fanden an der Adresse nichts: Vielleicht sind die Kontakte offline oder anderswo, oder dieser Rechner ist es.</translation>
    </message>
    <message>
        <source>Nobody is connected. Most calls ({detail}) found no network on this computer that leads to the address.</source>
        <translation>Niemand ist verbunden. Für die meisten Anrufe ({detail}) hatte dieser Computer kein Netz, das zur Adresse führt.</translation>
    </message>
    <message>
        <source>Nobody is connected. Most calls ({detail}) were not answered: another key lives there, or a clock is wrong.</source>
        <translation>Niemand ist verbunden. Die meisten Anrufe ({detail}) blieben ohne Antwort: Dort wohnt ein anderer Schlüssel, oder eine Uhr geht falsch.</translation>
    </message>
    <message>
        <source>Nobody is connected. Most calls ({detail}) met something that is not Hum.</source>
        <translation>Niemand ist verbunden. Die meisten Anrufe ({detail}) trafen auf etwas, das nicht Hum ist.</translation>
    </message>
    <message>
        <source>Nobody is connected. Another key answers than the one pinned.</source>
        <translation>Niemand ist verbunden. Ein anderer Schlüssel antwortet als der gemerkte.</translation>
    </message>
    <message>
        <source>The settings were changed just now. Try again in a few seconds.</source>
        <translation>Die Einstellungen wurden eben geändert. Versuchen Sie es in ein paar Sekunden noch einmal.</translation>
    </message>
    <message>
        <source>Nobody is connected: the proxy does not answer.</source>
        <translation>Niemand ist verbunden: Der Proxy antwortet nicht.</translation>
    </message>
    <message>
        <source>Nobody is connected: the proxy refuses us.</source>
        <translation>Niemand ist verbunden: Der Proxy lehnt uns ab.</translation>
    </message>
    <message>
        <source>Nobody is connected: the proxy does not get through. Tor needs a network, and a minute.</source>
        <translation>Niemand ist verbunden: Der Proxy kommt nicht durch. Tor braucht ein Netz und eine Minute.</translation>
    </message>
    <message>
        <source>Nobody is connected: the settings allow no way to their addresses. Onion addresses need Tor as a proxy.</source>
        <translation>Niemand ist verbunden: Mit den Einstellungen führt kein Weg zu ihren Adressen. Onion-Adressen brauchen Tor als Proxy.</translation>
    </message>
</context>
<context>
    <name>DoctorSection</name>
    <message>
        <source>Looking at each step</source>
        <translation>Jeder Schritt wird geprüft</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>Jetzt prüfen</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Hum tries each step of the way to others and says what to do. The report names no person, no key and no address.</source>
        <translation>Hum probiert jeden Schritt des Weges zu anderen aus und sagt, was zu tun ist. Der Bericht nennt keine Person, keinen Schlüssel und keine Adresse.</translation>
    </message>
    <message>
        <source>Connection check</source>
        <translation>Prüfung der Verbindung</translation>
    </message>
    <message>
        <source>Steps that need something: {n}.</source>
        <translation>Schritte, die etwas brauchen: {n}.</translation>
    </message>
    <message>
        <source>Nothing is wrong with the connection from here.</source>
        <translation>Von hier aus fehlt der Verbindung nichts.</translation>
    </message>
</context>
<context>
    <name>Doorway</name>
    <message>
        <source>Your addresses</source>
        <translation>Ihre Adressen</translation>
    </message>
    <message>
        <source>Wait for a connection</source>
        <translation>Auf eine Verbindung warten</translation>
    </message>
    <message>
        <source>Tell them one of these addresses. While you wait, anybody who connects there can ask to be your contact; nobody is added without your consent.</source>
        <translation>Nennen Sie der anderen Seite eine dieser Adressen. Solange Sie warten, kann jeder, der sich dort verbindet, anfragen, Ihr Kontakt zu werden; ohne Ihr Einverständnis wird niemand hinzugefügt.</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>Wait for ten minutes</source>
        <translation>Zehn Minuten warten</translation>
    </message>
    <message>
        <source>No address</source>
        <translation>Keine Adresse</translation>
    </message>
    <message>
        <source>Hum cannot be reached at the moment: it has no port to listen on.</source>
        <translation>Hum ist zurzeit nicht erreichbar: Es hat keinen Port, auf dem es lauschen kann.</translation>
    </message>
    <message>
        <source>Stop waiting</source>
        <translation>Nicht mehr warten</translation>
    </message>
    <message>
        <source>Nobody is let in any more.</source>
        <translation>Es wird niemand mehr eingelassen.</translation>
    </message>
    <message>
        <source>{name} has connected and waits in your requests.</source>
        <translation>{name} hat sich verbunden und wartet in Ihren Anfragen.</translation>
    </message>
    <message>
        <source>Waiting for another {time}. Closing this window ends it.</source>
        <translation>Wartet noch {time}. Wenn Sie dieses Fenster schließen, endet das Warten.</translation>
    </message>
</context>
<context>
    <name>Errors</name>
    <message>
        <source>That did not work. Nothing was changed.</source>
        <translation>Das hat nicht geklappt. Es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Something that was encrypted could not be opened.</source>
        <translation>Etwas Verschlüsseltes ließ sich nicht öffnen.</translation>
    </message>
    <message>
        <source>This is not a valid key. Ask for the link again.</source>
        <translation>Das ist kein gültiger Schlüssel. Bitten Sie noch einmal um den Link.</translation>
    </message>
    <message>
        <source>This link has been used for too long. Hum makes a new one by itself.</source>
        <translation>Diese Verbindung wurde zu lange benutzt. Hum baut von selbst eine neue auf.</translation>
    </message>
    <message>
        <source>The other program did not keep to the protocol.</source>
        <translation>Das andere Programm hielt sich nicht an das Protokoll.</translation>
    </message>
    <message>
        <source>Hum made a mistake of its own. Nothing was lost; please report it.</source>
        <translation>Hum hat selbst einen Fehler gemacht. Es ging nichts verloren; bitte melden Sie ihn.</translation>
    </message>
    <message>
        <source>The other program did not keep to the protocol, so the link was closed.</source>
        <translation>Das andere Programm hielt sich nicht an das Protokoll, deshalb wurde die Verbindung geschlossen.</translation>
    </message>
    <message>
        <source>Somebody answered, but not with the key that was expected. Check the address and the link.</source>
        <translation>Jemand hat geantwortet, aber nicht mit dem erwarteten Schlüssel. Prüfen Sie Adresse und Link.</translation>
    </message>
    <message>
        <source>The other program sent something unreadable, so the link was closed.</source>
        <translation>Das andere Programm sandte etwas Unlesbares, deshalb wurde die Verbindung geschlossen.</translation>
    </message>
    <message>
        <source>Something old was sent again and was refused.</source>
        <translation>Etwas Altes wurde noch einmal gesendet und abgewiesen.</translation>
    </message>
    <message>
        <source>Too many messages are missing in between. Hum starts a new session by itself.</source>
        <translation>Dazwischen fehlen zu viele Nachrichten. Hum beginnt von selbst eine neue Sitzung.</translation>
    </message>
    <message>
        <source>This link comes from a newer version of Hum. Update Hum here to use it.</source>
        <translation>Dieser Link stammt von einer neueren Version von Hum. Aktualisieren Sie Hum hier, um ihn zu verwenden.</translation>
    </message>
    <message>
        <source>This is your own link. Give it to the other person and ask for theirs.</source>
        <translation>Das ist Ihr eigener Link. Geben Sie ihn der anderen Person und bitten Sie um ihren.</translation>
    </message>
    <message>
        <source>Another key answered than the one pinned for this contact. Nothing was sent to it.</source>
        <translation>Es hat ein anderer Schlüssel geantwortet als der, der für diesen Kontakt gemerkt ist. Es wurde ihm nichts gesendet.</translation>
    </message>
    <message>
        <source>This person is in your contacts already.</source>
        <translation>Diese Person steht schon in Ihren Kontakten.</translation>
    </message>
    <message>
        <source>This contact is not there any more.</source>
        <translation>Diesen Kontakt gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>This message is not there any more.</source>
        <translation>Diese Nachricht gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>Hum is locked. Unlock it first.</source>
        <translation>Hum ist gesperrt. Entsperren Sie es zuerst.</translation>
    </message>
    <message>
        <source>There is no good snapshot. A backup, or hum salvage, can still help.</source>
        <translation>Es gibt keinen guten Sicherungsstand. Eine Sicherung oder hum salvage kann noch helfen.</translation>
    </message>
    <message>
        <source>That cannot be used. {detail}</source>
        <translation>Das lässt sich nicht verwenden. {detail}</translation>
    </message>
    <message>
        <source>This link or fingerprint is damaged. {detail} Copy it again, as a whole.</source>
        <translation>Dieser Link oder Fingerabdruck ist beschädigt. {detail} Kopieren Sie ihn noch einmal, und zwar ganz.</translation>
    </message>
    <message>
        <source>This is not possible at the moment. {detail}</source>
        <translation>Das ist gerade nicht möglich. {detail}</translation>
    </message>
    <message>
        <source>It was stopped, and nothing of it remains.</source>
        <translation>Es wurde abgebrochen, und nichts davon ist geblieben.</translation>
    </message>
    <message>
        <source>That was tried too often just now. {detail}</source>
        <translation>Das wurde eben zu oft versucht. {detail}</translation>
    </message>
    <message>
        <source>This message is longer than 64 KiB. Send it in parts or as a file.</source>
        <translation>Diese Nachricht ist länger als 64 KiB. Senden Sie sie in Teilen oder als Datei.</translation>
    </message>
    <message>
        <source>Too much is waiting for this contact. It can go on when they have been online again.</source>
        <translation>Für diesen Kontakt wartet zu viel. Es geht weiter, wenn er wieder online war.</translation>
    </message>
    <message>
        <source>The network failed. Hum keeps trying.</source>
        <translation>Das Netz ist ausgefallen. Hum versucht es weiter.</translation>
    </message>
    <message>
        <source>Nobody answered there. Check address and port, and that the other side waits for you.</source>
        <translation>Dort hat niemand geantwortet. Prüfen Sie Adresse und Port, und ob die andere Seite auf Sie wartet.</translation>
    </message>
    <message>
        <source>The proxy does not answer. Start it, or check its address in the settings.</source>
        <translation>Der Proxy antwortet nicht. Starten Sie ihn, oder prüfen Sie seine Adresse in den Einstellungen.</translation>
    </message>
    <message>
        <source>The proxy refuses the user name and password, or is no SOCKS5 proxy. Check the settings.</source>
        <translation>Der Proxy lehnt Benutzername und Passwort ab oder ist kein SOCKS5-Proxy. Prüfen Sie die Einstellungen.</translation>
    </message>
    <message>
        <source>The proxy works but did not get through. If it is Tor, it may have no network yet.</source>
        <translation>Der Proxy arbeitet, kam aber nicht durch. Wenn es Tor ist, hat es vielleicht noch kein Netz.</translation>
    </message>
    <message>
        <source>With the settings of the network there is no way to that address. Onion addresses need Tor as a proxy.</source>
        <translation>Mit den Einstellungen des Netzes führt kein Weg zu dieser Adresse. Onion-Adressen brauchen Tor als Proxy.</translation>
    </message>
    <message>
        <source>The connection ended. Hum keeps trying.</source>
        <translation>Die Verbindung ist beendet. Hum versucht es weiter.</translation>
    </message>
    <message>
        <source>Another program uses this address and port. Choose another port, or close that program.</source>
        <translation>Ein anderes Programm benutzt diese Adresse und diesen Port. Wählen Sie einen anderen Port, oder schließen Sie jenes Programm.</translation>
    </message>
    <message>
        <source>The relay does not answer. Hum keeps trying.</source>
        <translation>Das Relais antwortet nicht. Hum versucht es weiter.</translation>
    </message>
    <message>
        <source>Your data cannot be read or written at the moment. The files are untouched.</source>
        <translation>Ihre Daten lassen sich zurzeit nicht lesen oder schreiben. Die Dateien sind unberührt.</translation>
    </message>
    <message>
        <source>This does not open your data. Check for typing errors; the files are untouched.</source>
        <translation>Das öffnet Ihre Daten nicht. Achten Sie auf Tippfehler; die Dateien sind unberührt.</translation>
    </message>
    <message>
        <source>This recovery code has a typing error. Compare it with what you wrote down.</source>
        <translation>Dieser Wieder­herstellungs­code enthält einen Tippfehler. Vergleichen Sie ihn mit dem, was Sie aufgeschrieben haben.</translation>
    </message>
    <message>
        <source>Your data was written by a newer version of Hum. Start that version; the files are untouched.</source>
        <translation>Ihre Daten wurden von einer neueren Version von Hum geschrieben. Starten Sie jene Version; die Dateien sind unberührt.</translation>
    </message>
    <message>
        <source>The file that holds your messages is gone from its folder. If it was moved, close Hum and put it back.</source>
        <translation>Die Datei mit Ihren Nachrichten ist nicht mehr in ihrem Ordner. Wurde sie verschoben, schließen Sie Hum und legen Sie sie zurück.</translation>
    </message>
    <message>
        <source>Your data is damaged. Hum leaves the files as they are; make a copy of them now.</source>
        <translation>Ihre Daten sind beschädigt. Hum lässt die Dateien, wie sie sind; machen Sie jetzt eine Kopie davon.</translation>
    </message>
    <message>
        <source>This file is no backup of Hum, or it is damaged. Try another copy of it.</source>
        <translation>Diese Datei ist keine Sicherung von Hum, oder sie ist beschädigt. Versuchen Sie es mit einer anderen Kopie.</translation>
    </message>
    <message>
        <source>Your data could not be brought to this version and was left as it was.</source>
        <translation>Ihre Daten ließen sich nicht auf diese Version bringen und blieben, wie sie waren.</translation>
    </message>
    <message>
        <source>Hum is open already with this profile. Use that window, or quit it first.</source>
        <translation>Hum ist mit diesem Profil schon offen. Benutzen Sie jenes Fenster, oder beenden Sie es zuerst.</translation>
    </message>
    <message>
        <source>There is no profile in this folder yet.</source>
        <translation>In diesem Ordner gibt es noch kein Profil.</translation>
    </message>
    <message>
        <source>Hum cannot write to its folder. Check its permissions and the space on the disk.</source>
        <translation>Hum kann nicht in seinen Ordner schreiben. Prüfen Sie die Rechte und den Platz auf dem Datenträger.</translation>
    </message>
    <message>
        <source>The files of this program cannot be compared with its build: {detail}.</source>
        <translation>Die Dateien dieses Programms lassen sich nicht mit ihrer Fassung vergleichen: {detail}.</translation>
    </message>
    <message>
        <source>The keyring did not give the key. Use your passphrase or recovery code.</source>
        <translation>Der Schlüsselbund gab den Schlüssel nicht heraus. Benutzen Sie Ihre Passphrase oder den Wieder­herstellungs­code.</translation>
    </message>
    <message>
        <source>No keyring answers on this computer. Unlock it, or use your passphrase or recovery code.</source>
        <translation>Auf diesem Computer antwortet kein Schlüsselbund. Entsperren Sie ihn, oder benutzen Sie Ihre Passphrase oder den Wieder­herstellungs­code.</translation>
    </message>
    <message>
        <source>The keyring works but does not hold this profile&apos;s key. Use your passphrase or recovery code.</source>
        <translation>Der Schlüsselbund arbeitet, enthält aber den Schlüssel dieses Profils nicht. Benutzen Sie Ihre Passphrase oder den Wieder­herstellungs­code.</translation>
    </message>
    <message>
        <source>The update did not work. Nothing was installed.</source>
        <translation>Die Aktualisierung ist nicht gelungen. Nichts wurde eingerichtet.</translation>
    </message>
    <message>
        <source>Nobody can be asked for updates. {detail}</source>
        <translation>Es kann niemand nach neuen Versionen gefragt werden. {detail}</translation>
    </message>
    <message>
        <source>There is no package for this computer. {detail}</source>
        <translation>Für diesen Computer gibt es kein Paket. {detail}</translation>
    </message>
    <message>
        <source>The new version was not put in place. {detail} The present one is as it was.</source>
        <translation>Die neue Version wurde nicht eingerichtet. {detail} Die jetzige ist, wie sie war.</translation>
    </message>
    <message>
        <source>Looking for updates is not allowed yet. The settings ask for it.</source>
        <translation>Nach neuen Versionen zu sehen ist noch nicht erlaubt. Die Einstellungen fragen danach.</translation>
    </message>
    <message>
        <source>Another Hum is looking for updates. Try again soon.</source>
        <translation>Ein anderes Hum sieht gerade nach neuen Versionen. Versuchen Sie es bald noch einmal.</translation>
    </message>
    <message>
        <source>The place that publishes updates does not answer. Try again later.</source>
        <translation>Der Ort, der neue Versionen veröffentlicht, antwortet nicht. Versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>Your network settings let nothing leave in the open, and there is no proxy.</source>
        <translation>Ihre Netzwerkeinstellungen lassen nichts offen hinaus, und es gibt keinen Proxy.</translation>
    </message>
    <message>
        <source>The update came too slowly and was given up. Nothing was installed.</source>
        <translation>Die Aktualisierung kam zu langsam und wurde aufgegeben. Nichts wurde eingerichtet.</translation>
    </message>
    <message>
        <source>The server sent more than an update can be, so it was refused.</source>
        <translation>Der Server hat mehr gesendet, als eine Aktualisierung sein kann; sie wurde abgelehnt.</translation>
    </message>
    <message>
        <source>What the server sent about updates makes no sense, so it was refused.</source>
        <translation>Was der Server über neue Versionen gesendet hat, ergibt keinen Sinn; es wurde abgelehnt.</translation>
    </message>
    <message>
        <source>What the server offers is not signed by enough of the people who make Hum. It was refused; somebody may want you to install another program.</source>
        <translation>Was der Server anbietet, haben nicht genug der Menschen unterschrieben, die Hum machen. Es wurde abgelehnt; vielleicht will jemand, dass Sie ein anderes Programm einrichten.</translation>
    </message>
    <message>
        <source>The server announces new keys for updates, and not enough holders of the old and the new ones have signed that. It was refused.</source>
        <translation>Der Server kündigt neue Schlüssel für Aktualisierungen an, und nicht genug Inhaber der alten und der neuen haben das unterschrieben. Es wurde abgelehnt.</translation>
    </message>
    <message>
        <source>The server shows an older state than this computer has seen already. It was refused; somebody may want you to stay with an old version.</source>
        <translation>Der Server zeigt einen älteren Stand, als dieser Computer schon gesehen hat. Er wurde abgelehnt; vielleicht will jemand, dass Sie bei einer alten Version bleiben.</translation>
    </message>
    <message>
        <source>What the server shows has expired, so newer versions may be hidden from you. Check the clock of this computer; if it is right, look for news in another way.</source>
        <translation>Was der Server zeigt, ist abgelaufen; vielleicht werden Ihnen neuere Versionen verborgen. Prüfen Sie die Uhr dieses Computers. Geht sie richtig, suchen Sie auf anderem Weg nach Neuigkeiten.</translation>
    </message>
    <message>
        <source>A signature about updates has expired and was not renewed, so it is not believed.</source>
        <translation>Eine Unterschrift über neue Versionen ist abgelaufen und wurde nicht erneuert; ihr wird nicht geglaubt.</translation>
    </message>
    <message>
        <source>The server shows parts that were never published together. It was refused.</source>
        <translation>Der Server zeigt Teile, die nie zusammen veröffentlicht wurden. Sie wurden abgelehnt.</translation>
    </message>
    <message>
        <source>The package is not, byte for byte, the one that was signed. It was thrown away.</source>
        <translation>Das Paket ist nicht Byte für Byte das, das unterschrieben wurde. Es wurde verworfen.</translation>
    </message>
    <message>
        <source>The package has not the size that was signed. It was thrown away.</source>
        <translation>Das Paket hat nicht die Größe, die unterschrieben wurde. Es wurde verworfen.</translation>
    </message>
    <message>
        <source>This Hum is as new as what is published, or newer. Nothing was installed.</source>
        <translation>Dieses Hum ist so neu wie das veröffentlichte oder neuer. Nichts wurde eingerichtet.</translation>
    </message>
    <message>
        <source>This Hum runs from its sources: bring them up to date as you got them.</source>
        <translation>Dieses Hum läuft aus seinen Quellen: Bringen Sie diese so auf den neuen Stand, wie Sie sie bekommen haben.</translation>
    </message>
    <message>
        <source>Hum had to stop because of a mistake of its own. What was sent and received is kept.</source>
        <translation>Hum musste wegen eines eigenen Fehlers anhalten. Was gesendet und empfangen wurde, ist erhalten.</translation>
    </message>
</context>
<context>
    <name>ExperimentalSection</name>
    <message>
        <source>Watch two small networks invent a cipher, and a third one break it. Hum uses none of it, and nothing there touches your conversations.</source>
        <translation>Sehen Sie zu, wie zwei kleine Netze eine Verschlüsselung erfinden und ein drittes sie bricht. Hum benutzt nichts davon, und nichts davon berührt Ihre Unterhaltungen.</translation>
    </message>
    <message>
        <source>Laboratory…</source>
        <translation>Labor…</translation>
    </message>
    <message>
        <source>Experimental</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source>Neural cryptography</source>
        <translation>Neuronale Kryptografie</translation>
    </message>
</context>
<context>
    <name>FailureBanner</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>FastLaneDialog</name>
    <message>
        <source>Fast lane</source>
        <translation>Schnelle Spur</translation>
    </message>
    <message>
        <source>Open a fast lane with {name}?</source>
        <translation>Eine schnelle Spur mit {name} öffnen?</translation>
    </message>
    <message>
        <source>For {time} both of you send about a hundred cells a second, even if the file is through sooner. Whoever watches the line learns that something large moves, not what, and not which way. Without the lane the file comes too, hidden and slower.</source>
        <translation>Für {time} senden Sie beide etwa hundert Zellen in der Sekunde, auch wenn die Datei früher angekommen ist. Wer die Leitung beobachtet, erfährt, dass etwas Großes unterwegs ist, aber nicht, was, und nicht, in welche Richtung. Ohne die Spur kommt die Datei auch, verborgen und langsamer.</translation>
    </message>
    <message>
        <source>No, stay hidden</source>
        <translation>Nein, verborgen bleiben</translation>
    </message>
    <message>
        <source>Open the fast lane</source>
        <translation>Schnelle Spur öffnen</translation>
    </message>
</context>
<context>
    <name>FileOffer</name>
    <message>
        <source>If {name} agrees, both of you send at a higher rate for {time}, and the file is through by then. Whoever watches the line learns that something large moves.</source>
        <translation>Wenn {name} zustimmt, senden Sie beide für {time} mit höherer Rate, und dann ist die Datei angekommen. Wer die Leitung beobachtet, erfährt, dass etwas Großes unterwegs ist.</translation>
    </message>
    <message>
        <source>If {name} agrees, both of you send at a higher rate for {time}; the rest of the file follows slowly. Whoever watches the line learns that something large moves.</source>
        <translation>Wenn {name} zustimmt, senden Sie beide für {time} mit höherer Rate; der Rest der Datei folgt langsam. Wer die Leitung beobachtet, erfährt, dass etwas Großes unterwegs ist.</translation>
    </message>
    <message>
        <source>Send a file</source>
        <translation>Datei senden</translation>
    </message>
    <message>
        <source>Save the file</source>
        <translation>Datei speichern</translation>
    </message>
</context>
<context>
    <name>FileOfferDialog</name>
    <message>
        <source>Send a file</source>
        <translation>Datei senden</translation>
    </message>
    <message>
        <source>Offer this file to {name}?</source>
        <translation>{name} diese Datei anbieten?</translation>
    </message>
    <message>
        <source>It takes {time} once it is accepted. It rides in cells that would be empty, so nobody who watches the line sees that anything is sent, and messages are not held up.</source>
        <translation>Es dauert {time}, sobald sie angenommen ist. Sie reist in Zellen, die sonst leer wären; wer die Leitung beobachtet, sieht also nicht, dass etwas gesendet wird, und Nachrichten werden nicht aufgehalten.</translation>
    </message>
    <message>
        <source>Ask for the fast lane</source>
        <translation>Um die schnelle Spur bitten</translation>
    </message>
    <message>
        <source>Remove place, time and camera from the picture</source>
        <translation>Ort, Zeit und Kamera aus dem Bild entfernen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Offer</source>
        <translation>Anbieten</translation>
    </message>
    <message>
        <source>The file goes as it is, with whatever it tells about its author, place and time.</source>
        <translation>Die Datei geht, wie sie ist, mit allem, was sie über Verfasser, Ort und Zeit verrät.</translation>
    </message>
    <message>
        <source>Hum remembers this answer for other pictures; the settings, under General, change it.</source>
        <translation>Hum merkt sich diese Antwort für weitere Bilder; ändern lässt sie sich in den Einstellungen unter „Allgemein“.</translation>
    </message>
    <message>
        <source>This once. The settings, under General, say what holds for all pictures.</source>
        <translation>Nur dieses Mal. Was für alle Bilder gilt, steht in den Einstellungen unter „Allgemein“.</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Search in this conversation</source>
        <translation>In dieser Unterhaltung suchen</translation>
    </message>
    <message>
        <source>Older hit (Enter)</source>
        <translation>Älterer Treffer (Enter)</translation>
    </message>
    <message>
        <source>Newer hit (Shift+Enter)</source>
        <translation>Neuerer Treffer (Umschalt+Enter)</translation>
    </message>
    <message>
        <source>Search in all conversations (Ctrl+Shift+F)</source>
        <translation>In allen Unterhaltungen suchen (Strg+Umschalt+F)</translation>
    </message>
    <message>
        <source>Close the search (Esc)</source>
        <translation>Suche schließen (Esc)</translation>
    </message>
    <message>
        <source>{at} of {count}</source>
        <translation>{at} von {count}</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
</context>
<context>
    <name>FindingRow</name>
    <message>
        <source>good</source>
        <translation>gut</translation>
    </message>
    <message>
        <source>needs something</source>
        <translation>braucht etwas</translation>
    </message>
    <message>
        <source>note</source>
        <translation>Hinweis</translation>
    </message>
</context>
<context>
    <name>FirstRunDialog</name>
    <message>
        <source>Welcome to Hum</source>
        <translation>Willkommen bei Hum</translation>
    </message>
    <message>
        <source>Recovery code</source>
        <translation>Wieder­herstellungs­code</translation>
    </message>
    <message>
        <source>I have &amp;written the code down</source>
        <translation>Ich habe den Code &amp;aufgeschrieben</translation>
    </message>
    <message>
        <source>Making your profile</source>
        <translation>Ihr Profil wird angelegt</translation>
    </message>
    <message>
        <source>Restore a backup…</source>
        <translation>Sicherung einspielen…</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Hum connects your computer directly with those of the people you know. The line between you never goes quiet, so nobody who watches it can tell when you write.</source>
        <translation>Hum verbindet Ihren Computer direkt mit denen der Menschen, die Sie kennen. Die Leitung dazwischen wird nie still, deshalb kann niemand, der sie beobachtet, sagen, wann Sie schreiben.</translation>
    </message>
    <message>
        <source>Your &amp;name</source>
        <translation>Ihr &amp;Name</translation>
    </message>
    <message>
        <source>Only people you add see it, and you can change it. It need not be real.</source>
        <translation>Nur wen Sie hinzufügen, sieht ihn, und Sie können ihn ändern. Er muss nicht echt sein.</translation>
    </message>
    <message>
        <source>There is no account and no server that knows you. Your messages and your key are on this computer only, and nobody, us included, can reset or recover them for you.</source>
        <translation>Es gibt kein Konto und keinen Server, der Sie kennt. Ihre Nachrichten und Ihr Schlüssel liegen nur auf diesem Computer, und niemand, auch wir nicht, kann sie für Sie zurücksetzen oder wiederherstellen.</translation>
    </message>
    <message>
        <source>Lock your messages</source>
        <translation>Nachrichten abschließen</translation>
    </message>
    <message>
        <source>Everything Hum keeps on this computer is encrypted. What shall open it?</source>
        <translation>Alles, was Hum auf diesem Computer ablegt, ist verschlüsselt. Was soll es öffnen?</translation>
    </message>
    <message>
        <source>How much may hiding cost?</source>
        <translation>Wie viel darf das Verbergen kosten?</translation>
    </message>
    <message>
        <source>While you are connected with somebody, Hum sends cells of one size all the time. More of them cost more data and let messages wait less. Nothing was sent so far; you can change this later.</source>
        <translation>Solange Sie mit jemandem verbunden sind, sendet Hum ständig Zellen gleicher Größe. Mehr davon kosten mehr Daten und lassen Nachrichten kürzer warten. Bisher wurde nichts gesendet; Sie können das später ändern.</translation>
    </message>
    <message>
        <source>Hum draws your key and makes the encrypted database. It takes a moment.</source>
        <translation>Hum würfelt Ihren Schlüssel und legt die verschlüsselte Datenbank an. Das dauert einen Augenblick.</translation>
    </message>
    <message>
        <source>Your recovery code</source>
        <translation>Ihr Wieder­herstellungs­code</translation>
    </message>
    <message>
        <source>Write it on paper and keep it away from this computer. It opens your messages when the keyring is lost or the passphrase forgotten. It is shown only this once.</source>
        <translation>Schreiben Sie ihn auf Papier und bewahren Sie ihn nicht bei diesem Computer auf. Er öffnet Ihre Nachrichten, wenn der Schlüsselbund verloren oder die Passphrase vergessen ist. Er wird nur dieses eine Mal gezeigt.</translation>
    </message>
    <message>
        <source>Whoever has this code and your files can read everything, so no photo and no note on a phone. It does not help when the files themselves are gone: they are on this computer only, and nobody can reset them.</source>
        <translation>Wer diesen Code und Ihre Dateien hat, kann alles lesen; also kein Foto und keine Notiz im Telefon. Er hilft nicht, wenn die Dateien selbst fort sind: Sie liegen nur auf diesem Computer, und niemand kann sie zurücksetzen.</translation>
    </message>
    <message>
        <source>Step {number} of {count}</source>
        <translation>Schritt {number} von {count}</translation>
    </message>
    <message>
        <source>Make my profile</source>
        <translation>Profil anlegen</translation>
    </message>
    <message>
        <source>Open Hum</source>
        <translation>Hum öffnen</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Einspielen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Go on without the code?</source>
        <translation>Ohne den Code weitermachen?</translation>
    </message>
    <message>
        <source>Without it, a lost keyring or a forgotten passphrase means that your messages are gone. You can have a new code made in the settings at any time.</source>
        <translation>Ohne ihn sind Ihre Nachrichten fort, wenn der Schlüsselbund verloren oder die Passphrase vergessen ist. In den Einstellungen können Sie jederzeit einen neuen Code erstellen lassen.</translation>
    </message>
    <message>
        <source>Go on without it</source>
        <translation>Ohne ihn weiter</translation>
    </message>
</context>
<context>
    <name>FoundDelegate</name>
    <message>
        <source>You to {name}</source>
        <translation>Sie an {name}</translation>
    </message>
</context>
<context>
    <name>FoundModel</name>
    <message>
        <source>You to {name}, {when}: {text}</source>
        <translation>Sie an {name}, {when}: {text}</translation>
    </message>
    <message>
        <source>{name}, {when}: {text}</source>
        <translation>{name}, {when}: {text}</translation>
    </message>
</context>
<context>
    <name>Fronts</name>
    <message>
        <source>Hum has stopped</source>
        <translation>Hum ist angehalten</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>GeneralSection</name>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>As the system has it</source>
        <translation>Wie im System</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>The language changes when Hum starts the next time.</source>
        <translation>Die Sprache wechselt beim nächsten Start von Hum.</translation>
    </message>
    <message>
        <source>Say only that something came</source>
        <translation>Nur sagen, dass etwas kam</translation>
    </message>
    <message>
        <source>Say also from whom</source>
        <translation>Auch sagen, von wem</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>&amp;Notifications</source>
        <translation>&amp;Benachrichtigungen</translation>
    </message>
    <message>
        <source>Never the text of a message, and none at all while Hum is locked.</source>
        <translation>Nie der Text einer Nachricht, und gar keine, solange Hum gesperrt ist.</translation>
    </message>
    <message>
        <source>Show when a &amp;contact was last connected</source>
        <translation>&amp;Zeigen, wann ein Kontakt zuletzt verbunden war</translation>
    </message>
    <message>
        <source>Noted only while Hum runs and is not locked, and never written down.</source>
        <translation>Nur gemerkt, solange Hum läuft und nicht gesperrt ist, und nie gespeichert.</translation>
    </message>
    <message>
        <source>Show small &amp;pictures of verified contacts without asking</source>
        <translation>Kleine Bilder &amp;verifizierter Kontakte ohne Nachfrage zeigen</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Below 1 MiB, and only of contacts whose safety number you have compared. They stay encrypted on this computer. Whoever sends one can tell that you take it.</source>
        <translation>Unter 1 MiB und nur von Kontakten, deren Sicherheitsnummer Sie verglichen haben. Sie bleiben verschlüsselt auf diesem Computer. Wer eines schickt, merkt, dass Sie es annehmen.</translation>
    </message>
    <message>
        <source>&amp;Remove place, time and camera from pictures I send</source>
        <translation>O&amp;rt, Zeit und Kamera aus Bildern entfernen, die ich sende</translation>
    </message>
    <message>
        <source>The dialog that sends a picture can decide otherwise for that one.</source>
        <translation>Beim Senden können Sie für ein einzelnes Bild anders entscheiden.</translation>
    </message>
    <message>
        <source>Keep running in the &amp;tray when the window is closed</source>
        <translation>Im &amp;Infobereich weiterlaufen, wenn das Fenster geschlossen wird</translation>
    </message>
    <message>
        <source>Window and desktop</source>
        <translation>Fenster und Arbeitsumgebung</translation>
    </message>
    <message>
        <source>This desktop has no tray, so closing the window ends Hum.</source>
        <translation>Diese Arbeitsumgebung hat keinen Infobereich; mit dem Fenster wird also Hum beendet.</translation>
    </message>
    <message>
        <source>Start &amp;without the window</source>
        <translation>&amp;Ohne Fenster starten</translation>
    </message>
    <message>
        <source>A second start brings it forward.</source>
        <translation>Ein zweiter Start holt es nach vorn.</translation>
    </message>
    <message>
        <source>A click in the tray or a second start brings it forward.</source>
        <translation>Ein Klick im Infobereich oder ein zweiter Start holt es nach vorn.</translation>
    </message>
    <message>
        <source>&amp;Start Hum, out of sight, when I log in</source>
        <translation>Hum &amp;unsichtbar starten, wenn ich mich anmelde</translation>
    </message>
    <message>
        <source>&amp;Open hum: links of the browser with Hum</source>
        <translation>hum:-Links des Browsers mit Hum &amp;öffnen</translation>
    </message>
</context>
<context>
    <name>HumStrip</name>
    <message>
        <source>The hum of the wire</source>
        <translation>Das Summen der Leitung</translation>
    </message>
    <message>
        <source>One tick is one cell: upper half leaving, lower half arriving.</source>
        <translation>Ein Strich ist eine Zelle: oben abgehend, unten ankommend.</translation>
    </message>
    <message>
        <source>The wire starts…</source>
        <translation>Die Leitung startet…</translation>
    </message>
    <message>
        <source>The wire is paused: no cells leave</source>
        <translation>Die Leitung pausiert: Es gehen keine Zellen ab</translation>
    </message>
    <message>
        <source>Nobody can reach you: the port is taken</source>
        <translation>Niemand kann Sie erreichen: Der Port ist belegt</translation>
    </message>
    <message>
        <source>Fast lane: it can be seen that something large moves</source>
        <translation>Schnelle Spur: Man sieht, dass etwas Großes unterwegs ist</translation>
    </message>
    <message>
        <source>The computer slept or was held up: cells are missing</source>
        <translation>Der Computer schlief oder wurde aufgehalten: Es fehlen Zellen</translation>
    </message>
    <message>
        <source>Cover is reduced by the data budget</source>
        <translation>Das Datenbudget verringert den Tarnverkehr</translation>
    </message>
    <message>
        <source>The data budget cannot be kept</source>
        <translation>Das Datenbudget lässt sich nicht einhalten</translation>
    </message>
    <message>
        <source>No link yet, so nothing leaves</source>
        <translation>Noch keine Verbindung, also geht nichts ab</translation>
    </message>
    <message>
        <source>1 link</source>
        <translation>1 Verbindung</translation>
    </message>
    <message>
        <source>{n} links</source>
        <translation>{n} Verbindungen</translation>
    </message>
</context>
<context>
    <name>JumpToDateDialog</name>
    <message>
        <source>Go to a date</source>
        <translation>Zu einem Datum gehen</translation>
    </message>
    <message>
        <source>Day to go to</source>
        <translation>Tag, zu dem Sie gehen möchten</translation>
    </message>
    <message>
        <source>The first message of that day is shown, or else the next one after it.</source>
        <translation>Die erste Nachricht dieses Tages wird gezeigt, sonst die nächste danach.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Go</source>
        <translation>Los</translation>
    </message>
</context>
<context>
    <name>Keys</name>
    <message>
        <source>{name} has a new key, announced by the one you had pinned, and it is pinned now. The safety number is another one: compare it when you next can.</source>
        <translation>{name} hat einen neuen Schlüssel, angekündigt durch den bisher gemerkten, und er ist jetzt gemerkt. Die Sicherheits­nummer ist eine andere: Vergleichen Sie sie bei nächster Gelegenheit.</translation>
    </message>
    <message>
        <source>Noticed on {when}.</source>
        <translation>Bemerkt am {when}.</translation>
    </message>
    <message>
        <source>{name} knows you from before this backup was restored. A new session begins. Do not go on using the other computer: two cannot share one identity.</source>
        <translation>{name} kennt Sie aus der Zeit, bevor diese Sicherung eingespielt wurde. Eine neue Sitzung beginnt. Benutzen Sie den anderen Computer nicht weiter: Zwei können sich keine Identität teilen.</translation>
    </message>
    <message>
        <source>{name} has heard more from you than this computer knows of. An older copy of the profile was put back, or another computer is using your identity.</source>
        <translation>{name} hat mehr von Ihnen gehört, als dieser Computer weiß. Eine ältere Kopie des Profils wurde zurückgespielt, oder ein anderer Computer benutzt Ihre Identität.</translation>
    </message>
    <message>
        <source>Another computer was using your identity at the same time as this one: {name} heard both. Close Hum on one of them. If you know of no other one, change your key.</source>
        <translation>Ein anderer Computer hat zur selben Zeit wie dieser Ihre Identität benutzt: {name} hat beide gehört. Schließen Sie Hum auf einem davon. Wenn Sie von keinem anderen wissen, wechseln Sie Ihren Schlüssel.</translation>
    </message>
    <message>
        <source>Two computers were using the identity of {name} at the same time. Ask them over another channel whether both are theirs.</source>
        <translation>Zwei Computer haben zur selben Zeit die Identität von {name} benutzt. Fragen Sie auf einem anderen Weg, ob beide dazugehören.</translation>
    </message>
    <message>
        <source>{name} knows you by a newer key than the one of this computer, and did not let it in. Restore a newer backup, or go on where you changed the key.</source>
        <translation>{name} kennt Sie mit einem neueren Schlüssel als dem dieses Computers und ließ ihn nicht ein. Spielen Sie eine neuere Sicherung ein, oder machen Sie dort weiter, wo Sie den Schlüssel gewechselt haben.</translation>
    </message>
    <message>
        <source>{name} restored Hum from a backup, perhaps on another computer.</source>
        <translation>{name} hat Hum aus einer Sicherung eingespielt, vielleicht auf einem anderen Computer.</translation>
    </message>
    <message>
        <source>{name} goes on from an older copy of the profile, or uses it on two computers.</source>
        <translation>{name} macht mit einer älteren Kopie des Profils weiter oder benutzt es auf zwei Computern.</translation>
    </message>
    <message>
        <source>Somebody came with the key that {name} has replaced, and was not let in. Perhaps an old backup was restored.</source>
        <translation>Jemand kam mit dem Schlüssel, den {name} ersetzt hat, und wurde nicht eingelassen. Vielleicht wurde eine alte Sicherung eingespielt.</translation>
    </message>
</context>
<context>
    <name>LabCurve</name>
    <message>
        <source>Curves of the training</source>
        <translation>Kurven des Trainings</translation>
    </message>
    <message>
        <source>Bob {bob}, Eve {eve} wrong bits of 16</source>
        <translation>Bob {bob}, Eve {eve} falsche Bits von 16</translation>
    </message>
    <message>
        <source>Bob</source>
        <translation>Bob</translation>
    </message>
    <message>
        <source>Eve</source>
        <translation>Eve</translation>
    </message>
</context>
<context>
    <name>LabDialog</name>
    <message>
        <source>Laboratory</source>
        <translation>Labor</translation>
    </message>
    <message>
        <source>Two small networks, Alice and Bob, invent a cipher while a third, Eve, listens. It protects nothing real, and Hum uses none of it: whoever knows 64 blocks under one key reads the rest.</source>
        <translation>Zwei kleine Netze, Alice und Bob, erfinden eine Verschlüsselung, während ein drittes, Eve, mithört. Sie schützt nichts Wirkliches, und Hum benutzt nichts davon: Wer 64 Blöcke unter einem Schlüssel kennt, liest den Rest.</translation>
    </message>
    <message>
        <source>Solid: Bob. Dashed: Eve. Wrong bits of 16; 8 is guessing.</source>
        <translation>Durchgezogen: Bob. Gestrichelt: Eve. Falsche Bits von 16; 8 ist Raten.</translation>
    </message>
    <message>
        <source>Something for Alice to send</source>
        <translation>Etwas, das Alice senden soll</translation>
    </message>
    <message>
        <source>Text that Alice sends</source>
        <translation>Text, den Alice sendet</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Stopped. Train begins anew.</source>
        <translation>Angehalten. Trainieren beginnt von vorn.</translation>
    </message>
    <message>
        <source>Step {step}: Bob {bob}, Eve {eve} wrong bits of 16</source>
        <translation>Schritt {step}: Bob {bob}, Eve {eve} falsche Bits von 16</translation>
    </message>
    <message>
        <source>Attackers who came afterwards: a fresh Eve {fresh}, least squares {squares} wrong bits of 16; 8 is guessing.</source>
        <translation>Angreifer, die danach kamen: eine frische Eve {fresh}, kleinste Quadrate {squares} falsche Bits von 16; 8 ist Raten.</translation>
    </message>
    <message>
        <source>Eve guesses, with {wrong} of 16 bits wrong: {text}</source>
        <translation>Eve rät, mit {wrong} von 16 Bits falsch: {text}</translation>
    </message>
    <message>
        <source>Against Ed25519 the same forger succeeds in {share}%.</source>
        <translation>Gegen Ed25519 gelingt es derselben Fälscherin in {share} %.</translation>
    </message>
    <message>
        <source>The hidden states that go with each text are not a signature: after 64 of them a forger has {share}% of her own accepted.</source>
        <translation>Die verborgenen Zustände, die jeden Text begleiten, sind keine Signatur: Nach 64 davon werden einer Fälscherin {share} % der eigenen abgenommen.</translation>
    </message>
    <message>
        <source>Bob read: {text}</source>
        <translation>Bob las: {text}</translation>
    </message>
    <message>
        <source>Bob doubts: {text}</source>
        <translation>Bob zweifelt: {text}</translation>
    </message>
    <message>
        <source>Trained. Alice, Bob and Eve are now three processes on sockets.</source>
        <translation>Trainiert. Alice, Bob und Eve sind jetzt drei Prozesse an Sockets.</translation>
    </message>
    <message>
        <source>Three processes: Alice calls Eve at {eve}, who calls Bob at {bob}.</source>
        <translation>Drei Prozesse: Alice ruft Eve unter {eve}, die Bob unter {bob} ruft.</translation>
    </message>
</context>
<context>
    <name>LockChoice</name>
    <message>
        <source>Use this computer&apos;s &amp;keyring</source>
        <translation>Den &amp;Schlüsselbund dieses Computers benutzen</translation>
    </message>
    <message>
        <source>Set a &amp;passphrase</source>
        <translation>Eine &amp;Passphrase setzen</translation>
    </message>
    <message>
        <source>Hum opens by itself while you are logged in. Kept by: {keyring}.</source>
        <translation>Hum öffnet sich von selbst, solange Sie angemeldet sind. Aufbewahrt von: {keyring}.</translation>
    </message>
    <message>
        <source>Not possible here. {problem}</source>
        <translation>Hier nicht möglich. {problem}</translation>
    </message>
    <message>
        <source>No keyring answers on this computer.</source>
        <translation>Auf diesem Computer antwortet kein Schlüsselbund.</translation>
    </message>
    <message>
        <source>Opens Hum when the keyring does not. Nobody can tell or reset it.</source>
        <translation>Öffnet Hum, wenn der Schlüsselbund es nicht tut. Niemand kann sie nennen oder zurücksetzen.</translation>
    </message>
    <message>
        <source>Hum asks for it at every start. Nobody can tell or reset it.</source>
        <translation>Hum fragt bei jedem Start danach. Niemand kann sie nennen oder zurücksetzen.</translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message>
        <source>Hum is locked</source>
        <translation>Hum ist gesperrt</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>Recovery code</source>
        <translation>Wieder­herstellungs­code</translation>
    </message>
    <message>
        <source>&amp;Passphrase</source>
        <translation>&amp;Passphrase</translation>
    </message>
    <message>
        <source>&amp;Recovery code</source>
        <translation>&amp;Wieder­herstellungs­code</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>Wird geöffnet</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Nothing is shown until you unlock it. The network and the hum go on: messages are received, kept and sent as before.</source>
        <translation>Bis Sie entsperren, wird nichts gezeigt. Netz und Summen gehen weiter: Nachrichten werden empfangen, aufbewahrt und gesendet wie zuvor.</translation>
    </message>
    <message>
        <source>1 new message</source>
        <translation>1 neue Nachricht</translation>
    </message>
    <message>
        <source>{count} new messages</source>
        <translation>{count} neue Nachrichten</translation>
    </message>
    <message>
        <source>Use the passphrase</source>
        <translation>Passphrase benutzen</translation>
    </message>
    <message>
        <source>Use the keyring</source>
        <translation>Schlüsselbund benutzen</translation>
    </message>
    <message>
        <source>Use the recovery code</source>
        <translation>Wieder­herstellungs­code benutzen</translation>
    </message>
</context>
<context>
    <name>LockSection</name>
    <message>
        <source>Changing the lock</source>
        <translation>Sperre wird geändert</translation>
    </message>
    <message>
        <source>Save passphrase</source>
        <translation>Passphrase speichern</translation>
    </message>
    <message>
        <source>Recovery code</source>
        <translation>Wieder­herstellungs­code</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Sperre</translation>
    </message>
    <message>
        <source>Set or change…</source>
        <translation>Setzen oder ändern…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Opens Hum without the keyring, on this computer only.</source>
        <translation>Öffnet Hum ohne den Schlüsselbund, nur auf diesem Computer.</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>Store the key</source>
        <translation>Schlüssel ablegen</translation>
    </message>
    <message>
        <source>With the key in this computer&apos;s keyring, Hum opens by itself.</source>
        <translation>Mit dem Schlüssel im Schlüsselbund dieses Computers öffnet sich Hum von selbst.</translation>
    </message>
    <message>
        <source>Keyring</source>
        <translation>Schlüsselbund</translation>
    </message>
    <message>
        <source>Make a new code…</source>
        <translation>Neuen Code erstellen…</translation>
    </message>
    <message>
        <source>A new code replaces the one on your paper, which then opens nothing.</source>
        <translation>Ein neuer Code ersetzt den auf Ihrem Papier, der dann nichts mehr öffnet.</translation>
    </message>
    <message>
        <source>The new passphrase is set.</source>
        <translation>Die neue Passphrase ist gesetzt.</translation>
    </message>
    <message>
        <source>Remove the passphrase?</source>
        <translation>Die Passphrase entfernen?</translation>
    </message>
    <message>
        <source>From then on only the keyring and the recovery code open Hum. If both are lost, your messages are gone.</source>
        <translation>Danach öffnen nur noch der Schlüsselbund und der Wieder­herstellungs­code Hum. Gehen beide verloren, sind Ihre Nachrichten fort.</translation>
    </message>
    <message>
        <source>The passphrase is removed.</source>
        <translation>Die Passphrase ist entfernt.</translation>
    </message>
    <message>
        <source>The keyring keeps the key now.</source>
        <translation>Der Schlüsselbund bewahrt den Schlüssel jetzt auf.</translation>
    </message>
    <message>
        <source>Take the key out of the keyring?</source>
        <translation>Den Schlüssel aus dem Schlüsselbund nehmen?</translation>
    </message>
    <message>
        <source>From then on Hum asks for the passphrase or the recovery code.</source>
        <translation>Danach fragt Hum nach der Passphrase oder dem Wieder­herstellungs­code.</translation>
    </message>
    <message>
        <source>The keyring does not open Hum any more.</source>
        <translation>Der Schlüsselbund öffnet Hum nicht mehr.</translation>
    </message>
    <message>
        <source>Write the new code on paper now: it is shown only until you close this window. The old one opens nothing any more.</source>
        <translation>Schreiben Sie den neuen Code jetzt auf Papier: Er wird nur gezeigt, bis Sie dieses Fenster schließen. Der alte öffnet nichts mehr.</translation>
    </message>
</context>
<context>
    <name>LookSection</name>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>As the &amp;system has it</source>
        <translation>Wie im &amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
</context>
<context>
    <name>Mail</name>
    <message>
        <source>Via relay {host}</source>
        <translation>Über das Relais {host}</translation>
    </message>
    <message>
        <source>Not connected, and Hum does not call the relay {host}</source>
        <translation>Nicht verbunden, und Hum ruft das Relais {host} nicht an</translation>
    </message>
    <message>
        <source>Not connected, and the relay {host} does not answer</source>
        <translation>Nicht verbunden, und das Relais {host} antwortet nicht</translation>
    </message>
    <message>
        <source>Not connected, and the mailbox at {host} is full</source>
        <translation>Nicht verbunden, und das Postfach bei {host} ist voll</translation>
    </message>
    <message>
        <source>Not connected, and the relay {host} takes nothing</source>
        <translation>Nicht verbunden, und das Relais {host} nimmt nichts an</translation>
    </message>
    <message>
        <source>The letter box of {name} at the relay {host} is full. Hum keeps trying.</source>
        <translation>Der Briefkasten von {name} beim Relais {host} ist voll. Hum versucht es weiter.</translation>
    </message>
    <message>
        <source>The relay {host} does not know the letter box of {name} any more. Ask them for the link that they have now.</source>
        <translation>Das Relais {host} kennt den Briefkasten von {name} nicht mehr. Bitten Sie um den Link, der jetzt gilt.</translation>
    </message>
    <message>
        <source>The relay {host} is on this computer or in a private network, and Hum calls such a relay only when you have added it in the settings. Your request to {name} waits here.</source>
        <translation>Das Relais {host} ist auf diesem Computer oder in einem privaten Netz, und Hum ruft ein solches Relais nur an, wenn Sie es in den Einstellungen hinzugefügt haben. Ihre Anfrage an {name} wartet hier.</translation>
    </message>
    <message>
        <source>{name} must accept. Your request is at the relay {host}.</source>
        <translation>{name} muss noch annehmen. Ihre Anfrage liegt beim Relais {host}.</translation>
    </message>
    <message>
        <source>Your request is on its way to the relay {host}.</source>
        <translation>Ihre Anfrage ist auf dem Weg zum Relais {host}.</translation>
    </message>
    <message>
        <source>Connecting to the relay {host}, for your request to {name}…</source>
        <translation>Verbindung zum Relais {host} für Ihre Anfrage an {name}…</translation>
    </message>
    <message>
        <source>The relay {host} does not answer. Your request to {name} waits here.</source>
        <translation>Das Relais {host} antwortet nicht. Ihre Anfrage an {name} wartet hier.</translation>
    </message>
    <message>
        <source>The mailbox of {name} at the relay {host} is full. What you write waits on this computer until they have fetched their mail.</source>
        <translation>Das Postfach von {name} beim Relais {host} ist voll. Was Sie schreiben, wartet auf diesem Computer, bis es geleert ist.</translation>
    </message>
    <message>
        <source>The relay {host} does not know the mailbox of {name} any more. What you write waits on this computer until their Hum has made it again, or you are connected.</source>
        <translation>Das Relais {host} kennt das Postfach von {name} nicht mehr. Was Sie schreiben, wartet auf diesem Computer, bis das dortige Hum es neu angelegt hat oder Sie verbunden sind.</translation>
    </message>
    <message>
        <source>The relay {host} cannot take anything for {name} now. What you write waits on this computer, and Hum keeps trying.</source>
        <translation>Das Relais {host} kann gerade nichts für {name} annehmen. Was Sie schreiben, wartet auf diesem Computer, und Hum versucht es weiter.</translation>
    </message>
    <message>
        <source>The relay {host} that {name} uses is on this computer or in a private network. Hum calls such a relay only when you have added it in the settings. What you write waits on this computer until then, or until you are connected.</source>
        <translation>Das Relais {host}, das {name} benutzt, ist auf diesem Computer oder in einem privaten Netz. Hum ruft ein solches Relais nur an, wenn Sie es in den Einstellungen hinzugefügt haben. Was Sie schreiben, wartet bis dahin auf diesem Computer, oder bis Sie verbunden sind.</translation>
    </message>
    <message>
        <source>Something answers at {host}, but not as the relay that {name} uses. What you write waits on this computer until the relay is back, or you are connected.</source>
        <translation>Unter {host} antwortet etwas, aber nicht das Relais von {name}. Was Sie schreiben, wartet auf diesem Computer, bis das Relais wieder da ist oder Sie verbunden sind.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Hum ({count} unread)</source>
        <translation>Hum ({count} ungelesen)</translation>
    </message>
</context>
<context>
    <name>MessageMenu</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Erneut senden</translation>
    </message>
    <message>
        <source>Do not send</source>
        <translation>Nicht senden</translation>
    </message>
    <message>
        <source>Timeline…</source>
        <translation>Verlauf…</translation>
    </message>
    <message>
        <source>Delete here…</source>
        <translation>Hier löschen…</translation>
    </message>
    <message>
        <source>Delete for both…</source>
        <translation>Für beide löschen…</translation>
    </message>
    <message>
        <source>React</source>
        <translation>Reagieren</translation>
    </message>
    <message>
        <source>Take the reaction back</source>
        <translation>Reaktion zurücknehmen</translation>
    </message>
    <message>
        <source>Show the picture…</source>
        <translation>Bild zeigen…</translation>
    </message>
    <message>
        <source>Copy the picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Accept and save…</source>
        <translation>Annehmen und speichern…</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter…</translation>
    </message>
    <message>
        <source>Pause the file</source>
        <translation>Datei anhalten</translation>
    </message>
    <message>
        <source>Go on with the file</source>
        <translation>Datei fortsetzen</translation>
    </message>
    <message>
        <source>Decline the file</source>
        <translation>Datei ablehnen</translation>
    </message>
    <message>
        <source>Give the file up</source>
        <translation>Datei aufgeben</translation>
    </message>
</context>
<context>
    <name>NameSection</name>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>Your &amp;name</source>
        <translation>Ihr &amp;Name</translation>
    </message>
    <message>
        <source>Only people you add see it. They are told when you change it.</source>
        <translation>Nur wen Sie hinzufügen, sieht ihn. Diese Kontakte erfahren, wenn Sie ihn ändern.</translation>
    </message>
    <message>
        <source>Save name</source>
        <translation>Namen speichern</translation>
    </message>
    <message>
        <source>Your fingerprint</source>
        <translation>Ihr Fingerabdruck</translation>
    </message>
    <message>
        <source>Your &amp;fingerprint</source>
        <translation>Ihr &amp;Fingerabdruck</translation>
    </message>
    <message>
        <source>Replace the key…</source>
        <translation>Schlüssel ersetzen…</translation>
    </message>
    <message>
        <source>Replace your key?</source>
        <translation>Ihren Schlüssel ersetzen?</translation>
    </message>
    <message>
        <source>The old key announces the new one to every contact inside the encrypted conversation. Safety numbers change, so compare them again. Links and QR codes of the old key do not lead to you any more. This cannot be undone.</source>
        <translation>Der alte Schlüssel kündigt den neuen jedem Kontakt in der verschlüsselten Unterhaltung an. Die Sicherheits­nummern ändern sich; vergleichen Sie sie neu. Links und QR-Codes des alten Schlüssels führen nicht mehr zu Ihnen. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>The new key is in use. Contacts who are still to be told: {count}.</source>
        <translation>Der neue Schlüssel ist in Gebrauch. Kontakte, die es noch erfahren müssen: {count}.</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Gespeichert.</translation>
    </message>
</context>
<context>
    <name>NetworkSection</name>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>&amp;Use a SOCKS5 proxy, such as Tor, for everything</source>
        <translation>&amp;Für alles einen SOCKS5-Proxy nutzen, etwa Tor</translation>
    </message>
    <message>
        <source>Password of the proxy</source>
        <translation>Passwort des Proxys</translation>
    </message>
    <message>
        <source>Tor: another &amp;circuit for each contact</source>
        <translation>Tor: ein eigener &amp;Weg für jeden Kontakt</translation>
    </message>
    <message>
        <source>Host names are looked up by the proxy, never by this computer. Contacts with an onion address are reached by Tor only.</source>
        <translation>Hostnamen schlägt der Proxy nach, nie dieser Rechner. Kontakte mit einer Onion-Adresse sind nur über Tor zu erreichen.</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>IP &amp;address and port of the proxy</source>
        <translation>IP-&amp;Adresse und Port des Proxys</translation>
    </message>
    <message>
        <source>User &amp;name, if it wants one</source>
        <translation>Benutzer&amp;name, wenn er einen will</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>&amp;Passwort</translation>
    </message>
    <message>
        <source>&amp;Only by proxy and relay, never in the open</source>
        <translation>Nur über Proxy und Relais, nie &amp;offen</translation>
    </message>
    <message>
        <source>Ask the &amp;router to let callers in</source>
        <translation>Den &amp;Router bitten, Anrufer hereinzulassen</translation>
    </message>
    <message>
        <source>Find contacts in the &amp;local network</source>
        <translation>Kontakte im &amp;lokalen Netz finden</translation>
    </message>
    <message>
        <source>Nobody is dialled directly, and nobody who dials this computer is let in, but for an onion service that leads to Hum&apos;s port here.</source>
        <translation>Niemand wird unmittelbar angerufen, und niemand, der diesen Rechner anruft, wird hereingelassen, außer durch einen Onion-Dienst, der hier zum Port von Hum führt.</translation>
    </message>
    <message>
        <source>One or two with their ports, such as an onion address; your link says them first.</source>
        <translation>Eine oder zwei mit ihrem Port, etwa eine Onion-Adresse; Ihr Link nennt sie zuerst.</translation>
    </message>
    <message>
        <source>By UPnP, while Hum runs, and never with a proxy. Everybody in your network can see it.</source>
        <translation>Über UPnP, solange Hum läuft, und nie mit einem Proxy. Jeder in Ihrem Netz kann es sehen.</translation>
    </message>
    <message>
        <source>Being reached</source>
        <translation>Erreicht werden</translation>
    </message>
    <message>
        <source>Contacts in the same network find each other without an address. Others there see that somebody uses Hum, under a number that changes every hour.</source>
        <translation>Kontakte im selben Netz finden einander ohne Adresse. Andere dort sehen, dass jemand Hum benutzt, unter einer Nummer, die jede Stunde wechselt.</translation>
    </message>
    <message>
        <source>A&amp;ddresses of your own</source>
        <translation>&amp;Eigene Adressen</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>Unverändert</translation>
    </message>
    <message>
        <source>An address is an IP address or name and a port, as in 127.0.0.1:9050. The proxy is named by its IP address.</source>
        <translation>Eine Adresse ist eine IP-Adresse oder ein Name und ein Port, wie 127.0.0.1:9050. Der Proxy wird mit seiner IP-Adresse genannt.</translation>
    </message>
    <message>
        <source>Saved. Connections end and come again by the new way.</source>
        <translation>Gespeichert. Verbindungen enden und kommen auf dem neuen Weg wieder.</translation>
    </message>
</context>
<context>
    <name>NewPassphrase</name>
    <message>
        <source>New passphrase</source>
        <translation>Neue Passphrase</translation>
    </message>
    <message>
        <source>Strength of the passphrase</source>
        <translation>Stärke der Passphrase</translation>
    </message>
    <message>
        <source>Suggest four words</source>
        <translation>Vier Wörter vorschlagen</translation>
    </message>
    <message>
        <source>Long beats complicated. Hum draws each of its words from 2,048: there are over 17 trillion ways to draw four, and 2,048 times as many to draw five.</source>
        <translation>Lang ist besser als kompliziert. Jedes seiner Wörter zieht Hum aus 2.048: Vier lassen sich auf über 17 Billionen Arten ziehen, fünf auf 2.048-mal so viele.</translation>
    </message>
    <message>
        <source>Too easy to guess; add words.</source>
        <translation>Zu leicht zu erraten; fügen Sie Wörter hinzu.</translation>
    </message>
    <message>
        <source>Weak.</source>
        <translation>Schwach.</translation>
    </message>
    <message>
        <source>Good.</source>
        <translation>Gut.</translation>
    </message>
    <message>
        <source>Strong.</source>
        <translation>Stark.</translation>
    </message>
    <message>
        <source>A well equipped thief of this computer would need {time} to guess it.</source>
        <translation>Wer diesen Computer stiehlt und gut ausgerüstet ist, bräuchte {time}, um sie zu erraten.</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>Stunden</translation>
    </message>
    <message>
        <source>days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>months</source>
        <translation>Monate</translation>
    </message>
    <message>
        <source>years</source>
        <translation>Jahre</translation>
    </message>
    <message>
        <source>centuries</source>
        <translation>Jahrhunderte</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>A new encrypted session began with {name}, because one of the two computers was restored or repaired, or they had removed you and added you again. The pinned key is the same, and your messages stay.</source>
        <translation>Mit {name} begann eine neue verschlüsselte Sitzung, weil einer der beiden Computer wiederhergestellt oder repariert wurde, oder weil Sie dort entfernt und wieder hinzugefügt wurden. Der gemerkte Schlüssel ist derselbe, und Ihre Nachrichten bleiben.</translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message>
        <source>New message</source>
        <translation>Neue Nachricht</translation>
    </message>
    <message>
        <source>Somebody asks to be a contact</source>
        <translation>Jemand möchte Ihr Kontakt werden</translation>
    </message>
</context>
<context>
    <name>OpenLinkDialog</name>
    <message>
        <source>Open a link</source>
        <translation>Link öffnen</translation>
    </message>
    <message>
        <source>Copy link</source>
        <translation>Link kopieren</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Open in browser</source>
        <translation>Im Browser öffnen</translation>
    </message>
    <message>
        <source>Hum does not open this link</source>
        <translation>Hum öffnet diesen Link nicht</translation>
    </message>
    <message>
        <source>Only web addresses that start with http or https are opened. Others could start programs on this computer or connect it to somebody without a question.</source>
        <translation>Nur Webadressen, die mit http oder https beginnen, werden geöffnet. Andere könnten ungefragt Programme auf diesem Computer starten oder ihn mit jemandem verbinden.</translation>
    </message>
    <message>
        <source>Open this link?</source>
        <translation>Diesen Link öffnen?</translation>
    </message>
    <message>
        <source>Your browser will connect to</source>
        <translation>Ihr Browser wird sich verbinden mit</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Host</translation>
    </message>
    <message>
        <source>Whoever runs it sees your IP address and when you open the link.</source>
        <translation>Wer ihn betreibt, sieht Ihre IP-Adresse und wann Sie den Link öffnen.</translation>
    </message>
    <message>
        <source>The name has letters that English does not have (“xn--” marks them). Some of them look just like English ones; make sure it is the site you mean.</source>
        <translation>Der Name enthält Buchstaben, die es im Englischen nicht gibt („xn--“ kennzeichnet sie). Manche sehen genau wie englische aus; vergewissern Sie sich, dass es die gemeinte Seite ist.</translation>
    </message>
    <message>
        <source>The part before the @ is not where the link leads. It leads to the host above.</source>
        <translation>Der Teil vor dem @ ist nicht das Ziel des Links. Er führt zum Host oben.</translation>
    </message>
    <message>
        <source>The connection is not encrypted: others can read and change the page.</source>
        <translation>Die Verbindung ist nicht verschlüsselt: Andere können die Seite lesen und ändern.</translation>
    </message>
    <message>
        <source>The whole link</source>
        <translation>Der ganze Link</translation>
    </message>
</context>
<context>
    <name>OwnSide</name>
    <message>
        <source>QR code of your link</source>
        <translation>QR-Code Ihres Links</translation>
    </message>
    <message>
        <source>Your fingerprint</source>
        <translation>Ihr Fingerabdruck</translation>
    </message>
    <message>
        <source>Your side</source>
        <translation>Ihre Seite</translation>
    </message>
    <message>
        <source>Let them scan this, or send them the link over a channel you trust.</source>
        <translation>Lassen Sie dies scannen, oder senden Sie den Link auf einem Weg, dem Sie vertrauen.</translation>
    </message>
    <message>
        <source>Your &amp;link</source>
        <translation>Ihr &amp;Link</translation>
    </message>
    <message>
        <source>Copy link</source>
        <translation>Link kopieren</translation>
    </message>
    <message>
        <source>Save image…</source>
        <translation>Bild speichern…</translation>
    </message>
    <message>
        <source>Your fingerprint, to &amp;read aloud</source>
        <translation>Ihr Fingerabdruck zum &amp;Vorlesen</translation>
    </message>
    <message>
        <source>Copy fingerprint</source>
        <translation>Fingerabdruck kopieren</translation>
    </message>
    <message>
        <source>Save QR code as image</source>
        <translation>QR-Code als Bild speichern</translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG-Bild (*.png)</translation>
    </message>
    <message>
        <source>Saved. Whoever gets this picture can ask to be your contact.</source>
        <translation>Gespeichert. Wer dieses Bild bekommt, kann anfragen, Ihr Kontakt zu werden.</translation>
    </message>
    <message>
        <source>The picture could not be written there.</source>
        <translation>Das Bild ließ sich dort nicht schreiben.</translation>
    </message>
</context>
<context>
    <name>OwnWay</name>
    <message>
        <source>Reachable at {address}</source>
        <translation>Erreichbar unter {address}</translation>
    </message>
    <message>
        <source>Looking for a way in</source>
        <translation>Ein Weg herein wird gesucht</translation>
    </message>
    <message>
        <source>Through relay {address}</source>
        <translation>Über Relais {address}</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>On this computer at {address}</source>
        <translation>Auf diesem Computer unter {address}</translation>
    </message>
    <message>
        <source>In this network at {address}</source>
        <translation>In diesem Netz unter {address}</translation>
    </message>
</context>
<context>
    <name>PastedPicture</name>
    <message>
        <source>Picture {time}</source>
        <translation>Bild {time}</translation>
    </message>
</context>
<context>
    <name>PictureDialog</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>The picture is being read</source>
        <translation>Das Bild wird gelesen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>What you see are its pixels and nothing else. Another program gets the whole file as {name} sent it, and Hum has to save it unencrypted where you choose.</source>
        <translation>Was Sie sehen, sind die Bildpunkte und sonst nichts. Ein anderes Programm bekommt die ganze Datei, wie {name} sie geschickt hat, und Hum muss sie unverschlüsselt dort speichern, wo Sie es wählen.</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter…</translation>
    </message>
    <message>
        <source>Save and open…</source>
        <translation>Speichern und öffnen…</translation>
    </message>
    <message>
        <source>This picture cannot be shown.</source>
        <translation>Dieses Bild kann nicht gezeigt werden.</translation>
    </message>
</context>
<context>
    <name>ProfileCard</name>
    <message>
        <source>A message waits about {seconds} s before it leaves.</source>
        <translation>Eine Nachricht wartet etwa {seconds} s, bevor sie abgeht.</translation>
    </message>
    <message>
        <source>{hour} an hour · {month} a month</source>
        <translation>{hour} je Stunde · {month} je Monat</translation>
    </message>
</context>
<context>
    <name>ProgramBanner</name>
    <message>
        <source>About Hum</source>
        <translation>Über Hum</translation>
    </message>
</context>
<context>
    <name>RegionOverlay</name>
    <message>
        <source>Draw a frame around the QR code. Enter takes the whole screen, Esc stops.</source>
        <translation>Ziehen Sie einen Rahmen um den QR-Code. Enter nimmt den ganzen Bildschirm, Esc bricht ab.</translation>
    </message>
</context>
<context>
    <name>RelaySection</name>
    <message>
        <source>the link of a relay</source>
        <translation>der Link eines Relais</translation>
    </message>
    <message>
        <source>Reading the picture</source>
        <translation>Bild wird gelesen</translation>
    </message>
    <message>
        <source>Add relay</source>
        <translation>Relais hinzufügen</translation>
    </message>
    <message>
        <source>Relays</source>
        <translation>Relais</translation>
    </message>
    <message>
        <source>A relay is a server, your own or a friend’s, where messages wait while one of you is offline. It sees sealed envelopes, when they come and go, so when you write, and the address of this computer. It sees no names and no texts. Each relay costs as much cover traffic as a contact.</source>
        <translation>Ein Relais ist ein Server, Ihr eigener oder der eines Freundes, bei dem Nachrichten warten, solange einer von Ihnen offline ist. Es sieht verschlossene Umschläge, wann sie kommen und gehen, also wann Sie schreiben, und die Adresse dieses Computers. Namen und Texte sieht es nicht. Jedes Relais kostet so viel Tarnverkehr wie ein Kontakt.</translation>
    </message>
    <message>
        <source>&amp;Link of a relay</source>
        <translation>&amp;Link eines Relais</translation>
    </message>
    <message>
        <source>Added. Hum makes mailboxes there and tells your contacts the next time it reaches them.</source>
        <translation>Hinzugefügt. Hum legt dort Postfächer an und sagt es Ihren Kontakten, sobald es sie erreicht.</translation>
    </message>
    <message>
        <source>Leave the relay {host}?</source>
        <translation>Das Relais {host} verlassen?</translation>
    </message>
    <message>
        <source>Your contacts are told to leave nothing there any more. What waits there is fetched first, then your mailboxes there are deleted.</source>
        <translation>Ihren Kontakten wird gesagt, dass sie dort nichts mehr ablegen sollen. Was dort wartet, wird zuerst abgeholt, dann werden Ihre Postfächer dort gelöscht.</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Verlassen</translation>
    </message>
    <message>
        <source>You have no relay. Messages to you wait on the computers of your contacts until you are both online.</source>
        <translation>Sie haben kein Relais. Nachrichten an Sie warten auf den Computern Ihrer Kontakte, bis Sie beide online sind.</translation>
    </message>
    <message>
        <source>Leave…</source>
        <translation>Verlassen…</translation>
    </message>
    <message>
        <source>Leave the relay {host}</source>
        <translation>Das Relais {host} verlassen</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Verbindung wird aufgebaut…</translation>
    </message>
    <message>
        <source>Connected.</source>
        <translation>Verbunden.</translation>
    </message>
    <message>
        <source>Nobody answers at this address. Hum keeps trying.</source>
        <translation>Unter dieser Adresse antwortet niemand. Hum versucht es weiter.</translation>
    </message>
    <message>
        <source>Something answers there, but not as this relay. Compare the link with the one that its host shows.</source>
        <translation>Dort antwortet etwas, aber nicht als dieses Relais. Vergleichen Sie den Link mit dem, den der Betreiber zeigt.</translation>
    </message>
    <message>
        <source>It did not answer as a relay does. Hum comes back later.</source>
        <translation>Es hat nicht geantwortet, wie ein Relais es tut. Hum kommt später wieder.</translation>
    </message>
    <message>
        <source>Mailboxes still to be made: {count}.</source>
        <translation>Postfächer, die noch anzulegen sind: {count}.</translation>
    </message>
    <message>
        <source>Envelopes that did not open: {count}. A few are left over when a direct connection was faster; many mean that the relay is broken or lies.</source>
        <translation>Umschläge, die sich nicht öffnen ließen: {count}. Einige bleiben übrig, wenn eine direkte Verbindung schneller war; viele bedeuten, dass das Relais gestört ist oder lügt.</translation>
    </message>
</context>
<context>
    <name>RenameDialog</name>
    <message>
        <source>Name of a contact</source>
        <translation>Name eines Kontakts</translation>
    </message>
    <message>
        <source>They call themselves {name}. Leave the field empty to use that.</source>
        <translation>Diese Person nennt sich {name}. Lassen Sie das Feld leer, um das zu verwenden.</translation>
    </message>
    <message>
        <source>Name for {name}</source>
        <translation>Name für {name}</translation>
    </message>
    <message>
        <source>&amp;Name that only you see</source>
        <translation>&amp;Name, den nur Sie sehen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
</context>
<context>
    <name>RequestPage</name>
    <message>
        <source>They have your link or reached you while you waited for a connection. The name is their own choice; only the key tells who it is. Nothing else of theirs is shown before you accept, and they are not told until you answer.</source>
        <translation>Diese Person hat Ihren Link oder erreichte Sie, während Sie auf eine Verbindung warteten. Den Namen hat sie selbst gewählt; nur der Schlüssel sagt, wer sie ist. Bevor Sie annehmen, wird nichts weiter von ihr gezeigt, und sie erfährt nichts, bis Sie antworten.</translation>
    </message>
    <message>
        <source>Their key</source>
        <translation>Schlüssel der Person</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Decline</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>{name} wants to write to you</source>
        <translation>{name} möchte Ihnen schreiben</translation>
    </message>
</context>
<context>
    <name>RestorePage</name>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Choose the backup file</source>
        <translation>Sicherungsdatei wählen</translation>
    </message>
    <message>
        <source>Passphrase of the backup</source>
        <translation>Passphrase der Sicherung</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>Sicherung einspielen</translation>
    </message>
    <message>
        <source>You go on with the same name, key and contacts. Do not go on using Hum on the computer that the backup comes from: two cannot share one identity.</source>
        <translation>Sie machen mit demselben Namen, Schlüssel und denselben Kontakten weiter. Benutzen Sie Hum auf dem Computer, von dem die Sicherung stammt, nicht weiter: Zwei können sich keine Identität teilen.</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Passphrase of the &amp;backup</source>
        <translation>Passphrase der Si&amp;cherung</translation>
    </message>
    <message>
        <source>What shall open Hum on this computer?</source>
        <translation>Was soll Hum auf diesem Computer öffnen?</translation>
    </message>
</context>
<context>
    <name>SafetyNumberDialog</name>
    <message>
        <source>Safety number</source>
        <translation>Sicherheits­nummer</translation>
    </message>
    <message>
        <source>QR code of the safety number</source>
        <translation>QR-Code der Sicherheits­nummer</translation>
    </message>
    <message>
        <source>a safety number</source>
        <translation>eine Sicherheits­nummer</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Clear the mark</source>
        <translation>Markierung entfernen</translation>
    </message>
    <message>
        <source>They do not match</source>
        <translation>Sie stimmen nicht überein</translation>
    </message>
    <message>
        <source>Compare again</source>
        <translation>Erneut vergleichen</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Blockieren</translation>
    </message>
    <message>
        <source>They match</source>
        <translation>Sie stimmen überein</translation>
    </message>
    <message>
        <source>Safety number with {name}</source>
        <translation>Sicherheits­nummer mit {name}</translation>
    </message>
    <message>
        <source>Compare it over another channel than this chat: side by side, or in a call where you know the voice. {name} finds the same number in the same place.</source>
        <translation>Vergleichen Sie sie auf einem anderen Weg als diesem Chat: nebeneinander oder in einem Anruf, bei dem Sie die Stimme kennen. {name} findet dieselbe Nummer an derselben Stelle.</translation>
    </message>
    <message>
        <source>Copy number</source>
        <translation>Nummer kopieren</translation>
    </message>
    <message>
        <source>Or let Hum compare</source>
        <translation>Oder lassen Sie Hum vergleichen</translation>
    </message>
    <message>
        <source>Read the QR code that {name}&apos;s Hum shows here; or drop a picture of it.</source>
        <translation>Lesen Sie den QR-Code, den das Hum von {name} hier zeigt, oder ziehen Sie ein Bild davon hierher.</translation>
    </message>
    <message>
        <source>The numbers differ</source>
        <translation>Die Nummern sind verschieden</translation>
    </message>
    <message>
        <source>Write nothing here that must stay between you and {name}. Somebody may be between you, or you compared with another person or an old number.</source>
        <translation>Schreiben Sie hier nichts, was zwischen Ihnen und {name} bleiben muss. Vielleicht steht jemand zwischen Ihnen, oder Sie haben mit einer anderen Person oder einer alten Nummer verglichen.</translation>
    </message>
    <message>
        <source>1. Make sure that you both opened the safety number of each other, today.</source>
        <translation>1. Vergewissern Sie sich, dass Sie beide heute die Sicherheits­nummer des jeweils anderen geöffnet haben.</translation>
    </message>
    <message>
        <source>2. Compare again, every group, in person or in a call.</source>
        <translation>2. Vergleichen Sie noch einmal jede Gruppe, persönlich oder in einem Anruf.</translation>
    </message>
    <message>
        <source>3. If they still differ, block this contact. Then meet, and add each other anew by scanning the QR code from the other&apos;s screen.</source>
        <translation>3. Sind sie weiterhin verschieden, blockieren Sie diesen Kontakt. Treffen Sie sich dann und fügen Sie einander neu hinzu, indem Sie den QR-Code vom Bildschirm des anderen scannen.</translation>
    </message>
    <message>
        <source>Another key answered for {name}. This number belongs to the key you pinned on {date}; if it matches, the other key is not theirs.</source>
        <translation>Für {name} hat ein anderer Schlüssel geantwortet. Diese Nummer gehört zu dem Schlüssel, den Sie am {date} gemerkt haben; stimmt sie überein, gehört der andere Schlüssel nicht dazu.</translation>
    </message>
    <message>
        <source>{name} has announced a new key and not shown it yet. There is a number to compare once you were connected; over relays alone, remove {name} and add each other anew.</source>
        <translation>{name} hat einen neuen Schlüssel angekündigt und noch nicht gezeigt. Eine Nummer zum Vergleichen gibt es, sobald Sie verbunden waren; wenn nur Relais zwischen Ihnen liegen, entfernen Sie {name} und fügen Sie einander neu hinzu.</translation>
    </message>
    <message>
        <source>You compared this number with {name} on {date}.</source>
        <translation>Sie haben diese Nummer am {date} mit {name} verglichen.</translation>
    </message>
    <message>
        <source>You have not compared this number with {name}.</source>
        <translation>Sie haben diese Nummer nicht mit {name} verglichen.</translation>
    </message>
    <message>
        <source>A key was replaced while you compared. Compare the new number.</source>
        <translation>Während Sie verglichen haben, wurde ein Schlüssel ersetzt. Vergleichen Sie die neue Nummer.</translation>
    </message>
    <message>
        <source>That is not a safety number.</source>
        <translation>Das ist keine Sicherheits­nummer.</translation>
    </message>
    <message>
        <source>The code you read carries the same number. If it came from {name}&apos;s own screen, press “They match”.</source>
        <translation>Der gelesene Code trägt dieselbe Nummer. Wenn er vom Bildschirm von {name} selbst kam, drücken Sie „Sie stimmen überein“.</translation>
    </message>
</context>
<context>
    <name>SearchDialog</name>
    <message>
        <source>Search in all conversations</source>
        <translation>In allen Unterhaltungen suchen</translation>
    </message>
    <message>
        <source>Words to search for</source>
        <translation>Wörter, die gesucht werden</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Empty the line</source>
        <translation>Zeile leeren</translation>
    </message>
    <message>
        <source>Messages found</source>
        <translation>Gefundene Nachrichten</translation>
    </message>
    <message>
        <source>Every message on this computer that holds all the words is listed.</source>
        <translation>Aufgeführt wird jede Nachricht auf diesem Computer, die alle Wörter enthält.</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>{count} found. Enter shows the message.</source>
        <translation>{count} gefunden. Enter zeigt die Nachricht.</translation>
    </message>
    <message>
        <source>The newest {count}; scroll down for older ones.</source>
        <translation>Die neuesten {count}; blättern Sie für ältere nach unten.</translation>
    </message>
</context>
<context>
    <name>SecretField</name>
    <message>
        <source>Show the characters</source>
        <translation>Zeichen zeigen</translation>
    </message>
    <message>
        <source>Hide the characters</source>
        <translation>Zeichen verbergen</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>You</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>Cover traffic</source>
        <translation>Tarnverkehr</translation>
    </message>
    <message>
        <source>Relays</source>
        <translation>Relais</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Sperre</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>Sicherung</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Connection check</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>Aktualisierung</translation>
    </message>
    <message>
        <source>Experimental</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>Abschnitte</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Anywhere</source>
        <translation>Überall</translation>
    </message>
    <message>
        <source>Jump to a contact</source>
        <translation>Zu einem Kontakt springen</translation>
    </message>
    <message>
        <source>Add a contact</source>
        <translation>Kontakt hinzufügen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search in all conversations</source>
        <translation>In allen Unterhaltungen suchen</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Sperre</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>The wire</source>
        <translation>Die Leitung</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Show this list</source>
        <translation>Diese Liste zeigen</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>Unterhaltungen</translation>
    </message>
    <message>
        <source>Previous conversation</source>
        <translation>Vorige Unterhaltung</translation>
    </message>
    <message>
        <source>Next conversation</source>
        <translation>Nächste Unterhaltung</translation>
    </message>
    <message>
        <source>Go to a date</source>
        <translation>Zu einem Datum gehen</translation>
    </message>
    <message>
        <source>Close or cancel</source>
        <translation>Schließen oder abbrechen</translation>
    </message>
    <message>
        <source>In the messages</source>
        <translation>In den Nachrichten</translation>
    </message>
    <message>
        <source>Open, or the next step for a file</source>
        <translation>Öffnen oder nächster Schritt einer Datei</translation>
    </message>
    <message>
        <source>Copy the text</source>
        <translation>Text kopieren</translation>
    </message>
    <message>
        <source>What can be done with a message</source>
        <translation>Was mit einer Nachricht geht</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>Neue Zeile</translation>
    </message>
    <message>
        <source>Edit the last message</source>
        <translation>Letzte Nachricht bearbeiten</translation>
    </message>
</context>
<context>
    <name>Sides</name>
    <message>
        <source>No conversation chosen</source>
        <translation>Keine Unterhaltung gewählt</translation>
    </message>
    <message>
        <source>Choose somebody on the left, or press Ctrl+K and type a name.</source>
        <translation>Wählen Sie links jemanden aus, oder drücken Sie Strg+K und tippen Sie einen Namen.</translation>
    </message>
    <message>
        <source>Your conversations will stand here</source>
        <translation>Hier werden Ihre Unterhaltungen stehen</translation>
    </message>
    <message>
        <source>Once you are connected, cells of one size leave at instants that no message ever moves. Along the bottom you see them go by.</source>
        <translation>Sobald Sie verbunden sind, gehen Zellen gleicher Größe zu Zeitpunkten ab, die keine Nachricht je verschiebt. Am unteren Rand sehen Sie sie vorbeiziehen.</translation>
    </message>
</context>
<context>
    <name>Standing</name>
    <message>
        <source>address unknown</source>
        <translation>Adresse unbekannt</translation>
    </message>
    <message>
        <source>Hum does not know where {name}’s computer is. It connects as soon as {name}’s Hum calls yours, or both are in the same network.</source>
        <translation>Hum weiß nicht, wo der Computer von {name} ist. Die Verbindung kommt zustande, sobald das Hum von {name} Ihres anruft oder beide im selben Netz sind.</translation>
    </message>
    <message>
        <source>no network here</source>
        <translation>hier kein Netz</translation>
    </message>
    <message>
        <source>This computer has no network now that leads to {name}’s computer.</source>
        <translation>Dieser Computer hat gerade kein Netz, das zum Computer von {name} führt.</translation>
    </message>
    <message>
        <source>nothing answers</source>
        <translation>nichts antwortet</translation>
    </message>
    <message>
        <source>Nothing answers at {name}’s address: their computer may be off, without a network or at another place.</source>
        <translation>Unter der Adresse von {name} antwortet nichts: Der Computer dort ist vielleicht aus, ohne Netz oder an einem anderen Ort.</translation>
    </message>
    <message>
        <source>no Hum at the address</source>
        <translation>kein Hum unter der Adresse</translation>
    </message>
    <message>
        <source>A computer answers at {name}’s address, but no Hum: it may be closed, or its port is not let through.</source>
        <translation>Unter der Adresse von {name} antwortet ein Computer, aber kein Hum: Es ist vielleicht beendet, oder sein Port wird nicht durchgelassen.</translation>
    </message>
    <message>
        <source>not answered</source>
        <translation>keine Antwort</translation>
    </message>
    <message>
        <source>Something at {name}’s address takes the call and says nothing: somebody else may be there now, or one of the two clocks is more than two days off.</source>
        <translation>Unter der Adresse von {name} nimmt etwas den Anruf an und sagt nichts: Vielleicht ist jetzt jemand anderes dort, oder eine der beiden Uhren geht mehr als zwei Tage falsch.</translation>
    </message>
    <message>
        <source>not Hum at the address</source>
        <translation>unter der Adresse ist nicht Hum</translation>
    </message>
    <message>
        <source>What answers at {name}’s address is not Hum.</source>
        <translation>Was unter der Adresse von {name} antwortet, ist nicht Hum.</translation>
    </message>
    <message>
        <source>another key answers</source>
        <translation>ein anderer Schlüssel antwortet</translation>
    </message>
    <message>
        <source>Another key answers at {name}’s address than the one pinned.</source>
        <translation>Unter der Adresse von {name} antwortet ein anderer Schlüssel als der gemerkte.</translation>
    </message>
    <message>
        <source>the connection broke off</source>
        <translation>die Verbindung brach ab</translation>
    </message>
    <message>
        <source>The connection broke off soon after it began. Hum waits a little.</source>
        <translation>Die Verbindung brach bald nach ihrem Beginn ab. Hum wartet ein wenig.</translation>
    </message>
    <message>
        <source>the proxy does not answer</source>
        <translation>der Proxy antwortet nicht</translation>
    </message>
    <message>
        <source>The proxy does not answer. Start it, or correct its address.</source>
        <translation>Der Proxy antwortet nicht. Starten Sie ihn, oder berichtigen Sie seine Adresse.</translation>
    </message>
    <message>
        <source>the proxy refuses</source>
        <translation>der Proxy lehnt ab</translation>
    </message>
    <message>
        <source>The proxy refuses the user name and password, or is no SOCKS5 proxy. Correct the settings.</source>
        <translation>Der Proxy lehnt Benutzername und Passwort ab oder ist kein SOCKS5-Proxy. Berichtigen Sie die Einstellungen.</translation>
    </message>
    <message>
        <source>the proxy does not get through</source>
        <translation>der Proxy kommt nicht durch</translation>
    </message>
    <message>
        <source>The proxy works and does not get through to {name}’s computer. Tor needs a network, and a minute after its start.</source>
        <translation>Der Proxy arbeitet, kommt aber nicht zum Computer von {name} durch. Tor braucht ein Netz und nach dem Start eine Minute.</translation>
    </message>
    <message>
        <source>the settings allow no way</source>
        <translation>die Einstellungen erlauben keinen Weg</translation>
    </message>
    <message>
        <source>The settings allow no way to {name}’s address. An onion address needs Tor as a proxy.</source>
        <translation>Die Einstellungen erlauben keinen Weg zur Adresse von {name}. Eine Onion-Adresse braucht Tor als Proxy.</translation>
    </message>
    <message>
        <source>settings just changed</source>
        <translation>Einstellungen eben geändert</translation>
    </message>
    <message>
        <source>The settings were changed just now. Hum tries again.</source>
        <translation>Die Einstellungen wurden eben geändert. Hum versucht es noch einmal.</translation>
    </message>
    <message>
        <source>What you write waits on this computer.</source>
        <translation>Was Sie schreiben, wartet auf diesem Computer.</translation>
    </message>
    <message>
        <source>What you write is left at the relay {host} for them.</source>
        <translation>Was Sie schreiben, wird am Relais {host} hinterlegt.</translation>
    </message>
</context>
<context>
    <name>TargetBar</name>
    <message>
        <source>Leave this (Esc)</source>
        <translation>Das verlassen (Esc)</translation>
    </message>
    <message>
        <source>Editing: {text}</source>
        <translation>Bearbeiten: {text}</translation>
    </message>
    <message>
        <source>Reply to: {text}</source>
        <translation>Antwort auf: {text}</translation>
    </message>
</context>
<context>
    <name>TheirSide</name>
    <message>
        <source>Reading the picture</source>
        <translation>Bild wird gelesen</translation>
    </message>
    <message>
        <source>a link of Hum</source>
        <translation>ein Link von Hum</translation>
    </message>
    <message>
        <source>A&amp;ddress and port, if you know it</source>
        <translation>A&amp;dresse und Port, falls bekannt</translation>
    </message>
    <message>
        <source>Their side</source>
        <translation>Die andere Seite</translation>
    </message>
    <message>
        <source>Paste their link or fingerprint, or drop a picture of their QR code here.</source>
        <translation>Fügen Sie hier den Link oder Fingerabdruck der anderen Seite ein, oder ziehen Sie ein Bild ihres QR-Codes hierher.</translation>
    </message>
    <message>
        <source>&amp;Their link or fingerprint</source>
        <translation>Link oder &amp;Fingerabdruck der anderen Seite</translation>
    </message>
    <message>
        <source>Private &amp;name for them</source>
        <translation>Privater &amp;Name dafür</translation>
    </message>
    <message>
        <source>Only you see it. Leave it empty to use the name they chose.</source>
        <translation>Nur Sie sehen ihn. Lassen Sie ihn leer, um den selbst gewählten Namen zu verwenden.</translation>
    </message>
    <message>
        <source>An address looks like 192.0.2.7:4567.</source>
        <translation>Eine Adresse sieht aus wie 192.0.2.7:4567.</translation>
    </message>
    <message>
        <source>A complete fingerprint. Without an address, Hum waits until they connect to you.</source>
        <translation>Ein vollständiger Fingerabdruck. Ohne Adresse wartet Hum, bis die andere Seite sich mit Ihnen verbindet.</translation>
    </message>
    <message>
        <source>A complete link. It names nobody, so check who gave it to you.</source>
        <translation>Ein vollständiger Link. Er nennt niemanden; prüfen Sie also, wer ihn Ihnen gab.</translation>
    </message>
    <message>
        <source>A complete link that says it is from {name}.</source>
        <translation>Ein vollständiger Link, der angibt, von {name} zu sein.</translation>
    </message>
</context>
<context>
    <name>TimelineDialog</name>
    <message>
        <source>Timeline</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Each step was written to this computer&apos;s disk when it happened; times are of this computer&apos;s clock. Nothing here says whether somebody has read the message.</source>
        <translation>Jeder Schritt wurde auf den Datenträger dieses Computers geschrieben, als er geschah; die Zeiten sind die der Uhr dieses Computers. Nichts hier sagt, ob jemand die Nachricht gelesen hat.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Each step was written to this computer&apos;s disk when it happened; times are of this computer&apos;s clock. That it was read is what the contact&apos;s computer says.</source>
        <translation>Jeder Schritt wurde auf die Platte dieses Computers geschrieben, als er geschah; die Zeiten sind von der Uhr dieses Computers. Dass sie gelesen wurde, sagt der Computer des Kontakts.</translation>
    </message>
    <message>
        <source>Nothing is recorded for this message.</source>
        <translation>Zu dieser Nachricht ist nichts aufgezeichnet.</translation>
    </message>
    <message>
        <source>Written to this computer&apos;s disk</source>
        <translation>Auf den Datenträger dieses Computers geschrieben</translation>
    </message>
    <message>
        <source>Left in a cell</source>
        <translation>In einer Zelle abgegangen</translation>
    </message>
    <message>
        <source>Accepted by the relay {host}</source>
        <translation>Vom Relais {host} angenommen</translation>
    </message>
    <message>
        <source>Acknowledged by the contact&apos;s computer</source>
        <translation>Vom Computer des Kontakts bestätigt</translation>
    </message>
    <message>
        <source>Read, as the contact&apos;s computer says</source>
        <translation>Gelesen, wie der Computer des Kontakts sagt</translation>
    </message>
    <message>
        <source>Received and written to this computer&apos;s disk</source>
        <translation>Empfangen und auf den Datenträger dieses Computers geschrieben</translation>
    </message>
    <message>
        <source>Edited last</source>
        <translation>Zuletzt bearbeitet</translation>
    </message>
    <message>
        <source>Deleted by its author</source>
        <translation>Von der Verfasserin oder dem Verfasser gelöscht</translation>
    </message>
    <message>
        <source>Given up</source>
        <translation>Aufgegeben</translation>
    </message>
</context>
<context>
    <name>Times</name>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Open Hum</source>
        <translation>Hum öffnen</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>Jetzt sperren</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Hum: something is unread</source>
        <translation>Hum: Etwas ist ungelesen</translation>
    </message>
</context>
<context>
    <name>UnlockDialog</name>
    <message>
        <source>Unlock Hum</source>
        <translation>Hum entsperren</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>Wird geöffnet</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>Recovery code</source>
        <translation>Wieder­herstellungs­code</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Entsperren</translation>
    </message>
    <message>
        <source>&amp;Passphrase</source>
        <translation>&amp;Passphrase</translation>
    </message>
    <message>
        <source>&amp;Recovery code</source>
        <translation>&amp;Wieder­herstellungs­code</translation>
    </message>
    <message>
        <source>The code you wrote down when you set Hum up. Capitals, spaces and dashes do not matter.</source>
        <translation>Der Code, den Sie beim Einrichten von Hum aufgeschrieben haben. Großbuchstaben, Leerzeichen und Striche spielen keine Rolle.</translation>
    </message>
    <message>
        <source>The key to your messages is in this computer&apos;s keyring. Unlock the keyring, then try again.</source>
        <translation>Der Schlüssel zu Ihren Nachrichten liegt im Schlüsselbund dieses Computers. Entsperren Sie den Schlüsselbund, und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>Put the key back into the keyring?</source>
        <translation>Den Schlüssel wieder in den Schlüsselbund legen?</translation>
    </message>
    <message>
        <source>Your messages are open again. If this computer&apos;s keyring keeps the key, Hum opens by itself whenever you are logged in. The recovery code stays valid either way.</source>
        <translation>Ihre Nachrichten sind wieder offen. Bewahrt der Schlüsselbund dieses Computers den Schlüssel auf, öffnet sich Hum von selbst, sobald Sie angemeldet sind. Der Wieder­herstellungs­code bleibt in jedem Fall gültig.</translation>
    </message>
    <message>
        <source>Try the keyring again</source>
        <translation>Schlüsselbund erneut versuchen</translation>
    </message>
    <message>
        <source>Use the passphrase</source>
        <translation>Passphrase benutzen</translation>
    </message>
    <message>
        <source>Use the recovery code</source>
        <translation>Wieder­herstellungs­code benutzen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Go back to the newest good state</source>
        <translation>Zum neuesten guten Stand zurückkehren</translation>
    </message>
    <message>
        <source>Hum is open</source>
        <translation>Hum ist offen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>Store in the keyring</source>
        <translation>Im Schlüsselbund ablegen</translation>
    </message>
</context>
<context>
    <name>Unwritten</name>
    <message>
        <source>Nothing was written here.</source>
        <translation>Hier wurde nichts geschrieben.</translation>
    </message>
    <message>
        <source>Nothing is written yet. Only {name} and you will be able to read it.</source>
        <translation>Noch ist nichts geschrieben. Nur {name} und Sie werden es lesen können.</translation>
    </message>
    <message>
        <source>Nothing is written yet. Only you and whoever holds the pinned key will be able to read it. Compare safety numbers to know that it is {name}.</source>
        <translation>Noch ist nichts geschrieben. Lesen können es nur Sie und wer den gemerkten Schlüssel hat. Vergleichen Sie die Sicherheitsnummern, um zu wissen, dass das {name} ist.</translation>
    </message>
</context>
<context>
    <name>UpdateBanner</name>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Hum {version} is available.</source>
        <translation>Hum {version} ist verfügbar.</translation>
    </message>
</context>
<context>
    <name>UpdatesSection</name>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>Only when I ask for it</source>
        <translation>Nur, wenn ich es verlange</translation>
    </message>
    <message>
        <source>Once a day</source>
        <translation>Einmal am Tag</translation>
    </message>
    <message>
        <source>Check now</source>
        <translation>Jetzt nachsehen</translation>
    </message>
    <message>
        <source>From a folder…</source>
        <translation>Aus einem Ordner…</translation>
    </message>
    <message>
        <source>What is new</source>
        <translation>Was neu ist</translation>
    </message>
    <message>
        <source>The update</source>
        <translation>Die Aktualisierung</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Install</source>
        <translation>Einrichten</translation>
    </message>
    <message>
        <source>Close Hum and start the new one</source>
        <translation>Hum beenden und das neue starten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>Aktualisierung</translation>
    </message>
    <message>
        <source>This is Hum {version}.</source>
        <translation>Dies ist Hum {version}.</translation>
    </message>
    <message>
        <source>&amp;Look for updates</source>
        <translation>Nach neuen &amp;Versionen sehen</translation>
    </message>
    <message>
        <source>It runs from its sources: a newer version is shown here, and you bring the sources up to date as you got them.</source>
        <translation>Es läuft aus seinen Quellen: Eine neuere Version wird hier gezeigt, und Sie bringen die Quellen so auf den neuen Stand, wie Sie sie bekommen haben.</translation>
    </message>
    <message>
        <source>It was installed as a package of the system, so the last step is a command for the administrator.</source>
        <translation>Es wurde als Paket des Systems eingerichtet; der letzte Schritt ist deshalb ein Befehl für die Systemverwaltung.</translation>
    </message>
    <message>
        <source>This Hum was built without a place that publishes updates, so there is nobody to ask.</source>
        <translation>Dieses Hum wurde ohne einen Ort gebaut, der neue Versionen veröffentlicht. Es gibt also niemanden, den man fragen könnte.</translation>
    </message>
    <message>
        <source>Looking for a new version asks {place}. Whoever runs it sees the address of this computer and that it uses Hum, not who you are or whom you write to. What comes back is believed only if enough of the people who make Hum have signed it.</source>
        <translation>Der Blick nach einer neuen Version fragt {place}. Wer diesen Ort betreibt, sieht die Adresse dieses Computers und dass er Hum verwendet, nicht wer Sie sind und wem Sie schreiben. Der Antwort wird nur geglaubt, wenn genug der Menschen, die Hum machen, sie unterschrieben haben.</translation>
    </message>
    <message>
        <source>Look for updates in</source>
        <translation>Nach neuen Versionen sehen in</translation>
    </message>
    <message>
        <source>Allow it and check now</source>
        <translation>Erlauben und jetzt nachsehen</translation>
    </message>
    <message>
        <source>Hum {version} is available ({size})</source>
        <translation>Hum {version} ist verfügbar ({size})</translation>
    </message>
    <message>
        <source>This is the newest version that is published.</source>
        <translation>Dies ist die neueste veröffentlichte Version.</translation>
    </message>
    <message>
        <source>Downloaded, and signed as it must be.</source>
        <translation>Heruntergeladen und unterschrieben, wie es sein muss.</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was changed.</source>
        <translation>Abgebrochen. Nichts wurde verändert.</translation>
    </message>
    <message>
        <source>Verified. This command in a terminal installs it:</source>
        <translation>Geprüft. Dieser Befehl in einem Terminal richtet es ein:</translation>
    </message>
    <message>
        <source>Verified and ready. The new version takes its place when Hum closes; the present one is kept beside it.</source>
        <translation>Geprüft und bereit. Die neue Version nimmt ihren Platz ein, wenn Hum beendet wird; die jetzige bleibt daneben erhalten.</translation>
    </message>
</context>
<context>
    <name>Upkeep</name>
    <message>
        <source>The disk lost the end of what was written (steps: {count}), perhaps in a power cut. Conversations begin new sessions; look whether the newest messages are there.</source>
        <translation>Der Datenträger verlor das Ende dessen, was geschrieben wurde (Schritte: {count}), vielleicht durch einen Stromausfall. Unterhaltungen beginnen neue Sitzungen; sehen Sie nach, ob die neuesten Nachrichten da sind.</translation>
    </message>
    <message>
        <source>Your data is damaged in places. Make a backup now; `hum restore --snapshot` goes back to the newest good state and keeps the damaged file.</source>
        <translation>Ihre Daten sind stellenweise beschädigt. Machen Sie jetzt eine Sicherung; `hum restore --snapshot` kehrt zum neuesten guten Stand zurück und behält die beschädigte Datei.</translation>
    </message>
    <message>
        <source>The key file was damaged. Its second copy was used, and both are whole.</source>
        <translation>Die Schlüsseldatei war beschädigt. Ihre zweite Kopie wurde verwendet, und beide sind wieder ganz.</translation>
    </message>
    <message>
        <source>The newest good state is back.</source>
        <translation>Der neueste gute Stand ist wieder da.</translation>
    </message>
    <message>
        <source>The newest good state is back. The damaged file was kept as {file}.</source>
        <translation>Der neueste gute Stand ist wieder da. Die beschädigte Datei wurde als {file} aufbewahrt.</translation>
    </message>
    <message>
        <source>The scheduled backup was not written: {reason}</source>
        <translation>Die geplante Sicherung wurde nicht geschrieben: {reason}</translation>
    </message>
    <message>
        <source>The clock of this computer was set forward by {time}. Check date and time in the settings of the system: disappearing messages go when the clock says so.</source>
        <translation>Die Uhr dieses Computers wurde vorgestellt: {time}. Prüfen Sie Datum und Uhrzeit in den Einstellungen des Systems: Verschwindende Nachrichten richten sich nach dieser Uhr.</translation>
    </message>
    <message>
        <source>The clock of this computer was set back by {time}. Check date and time in the settings of the system: disappearing messages stay longer, and new ones carry the wrong time.</source>
        <translation>Die Uhr dieses Computers wurde zurückgestellt: {time}. Prüfen Sie Datum und Uhrzeit in den Einstellungen des Systems: Verschwindende Nachrichten bleiben länger, und neue tragen die falsche Zeit.</translation>
    </message>
</context>
<context>
    <name>WaitingBanner</name>
    <message>
        <source>Unblock</source>
        <translation>Blockierung aufheben</translation>
    </message>
    <message>
        <source>Your messages wait on this computer until then.</source>
        <translation>Ihre Nachrichten warten bis dahin auf diesem Computer.</translation>
    </message>
    <message>
        <source>You blocked this contact. Nothing is sent or received.</source>
        <translation>Sie haben diesen Kontakt blockiert. Es wird nichts gesendet oder empfangen.</translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>Add a contact…</source>
        <translation>Kontakt hinzufügen…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>The wire</source>
        <translation>Die Leitung</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>Jetzt sperren</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Jump to a contact</source>
        <translation>Zu einem Kontakt springen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search in all conversations…</source>
        <translation>In allen Unterhaltungen suchen…</translation>
    </message>
    <message>
        <source>Go to a date</source>
        <translation>Zu einem Datum gehen</translation>
    </message>
    <message>
        <source>Previous conversation</source>
        <translation>Vorige Unterhaltung</translation>
    </message>
    <message>
        <source>Next conversation</source>
        <translation>Nächste Unterhaltung</translation>
    </message>
    <message>
        <source>Close or cancel</source>
        <translation>Schließen oder abbrechen</translation>
    </message>
</context>
<context>
    <name>WireDialog</name>
    <message>
        <source>The wire</source>
        <translation>Die Leitung</translation>
    </message>
    <message>
        <source>One tick is one cell, all of one size. Which of them carries a message is not drawn because it cannot be seen on the wire either.</source>
        <translation>Ein Strich ist eine Zelle, alle gleich groß. Welche davon eine Nachricht trägt, ist nicht gezeichnet, weil es auch auf der Leitung nicht zu sehen ist.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>{out} cells have left and {in} have arrived since Hum started ({bytes}).</source>
        <translation>{out} Zellen sind seit dem Start von Hum abgegangen und {in} angekommen ({bytes}).</translation>
    </message>
    <message>
        <source>The wire is paused: no cells leave, and whoever watches can see that it stopped.</source>
        <translation>Die Leitung pausiert: Es gehen keine Zellen ab, und wer sie beobachtet, sieht das.</translation>
    </message>
    <message>
        <source>The computer slept or was held up. Instants that passed without a cell: {count}. They are never made up for; whoever watches could see the pause.</source>
        <translation>Der Computer schlief oder wurde aufgehalten. Zeitpunkte, die ohne Zelle vergingen: {count}. Sie werden nie nachgeholt; wer die Leitung beobachtete, konnte die Pause sehen.</translation>
    </message>
    <message>
        <source>A fast lane runs: until its minutes are over, cells leave and arrive faster than the profile says, and whoever watches sees that something large moves.</source>
        <translation>Eine schnelle Spur läuft: Bis ihre Minuten vorbei sind, gehen Zellen schneller ab und kommen schneller an, als das Profil sagt, und wer die Leitung beobachtet, sieht, dass etwas Großes übertragen wird.</translation>
    </message>
    <message>
        <source>No link yet, so nothing leaves and no data is used.</source>
        <translation>Noch keine Verbindung: Nichts geht ab, und es werden keine Daten verbraucht.</translation>
    </message>
    <message>
        <source>Connected now: {count}. These links cost {hour} an hour, {month} a month.</source>
        <translation>Jetzt verbunden: {count}. Diese Verbindungen kosten {hour} je Stunde, {month} je Monat.</translation>
    </message>
</context>
<context>
    <name>WirePicture</name>
    <message>
        <source>Live picture of the cells, leaving above, arriving below</source>
        <translation>Live-Bild der Zellen, oben abgehend, unten ankommend</translation>
    </message>
</context>
<context>
    <name>WireTest</name>
    <message>
        <source>Run self-test</source>
        <translation>Selbsttest starten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Self-test</source>
        <translation>Selbsttest</translation>
    </message>
    <message>
        <source>What the attackers found</source>
        <translation>Was die Angreifer fanden</translation>
    </message>
    <message>
        <source>Nodes of their own talk and are silent on this computer for about two minutes, and attackers look at the packets. 0.5 means that they guess; beside Hum stand two schemes that they must find. It does not cover your provider&apos;s equipment, other programs, or somebody who watches for weeks.</source>
        <translation>Eigens gestartete Knoten reden und schweigen etwa zwei Minuten lang auf diesem Computer, und Angreifer betrachten die Pakete. 0,5 heißt, dass sie raten; neben Hum stehen zwei Verfahren, die sie erkennen müssen. Nicht erfasst sind die Technik Ihres Anbieters, andere Programme oder jemand, der wochenlang beobachtet.</translation>
    </message>
    <message>
        <source>The self-test did not come to its end: {reason}</source>
        <translation>Der Selbsttest kam nicht zu seinem Ende: {reason}</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Unnamed</source>
        <translation>Ohne Namen</translation>
    </message>
    <message>
        <source>Changed key</source>
        <translation>Anderer Schlüssel</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>Anfrage</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>Verifiziert</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Gemerkt</translation>
    </message>
    <message>
        <source>Another key answered for this contact.</source>
        <translation>Für diesen Kontakt hat ein anderer Schlüssel geantwortet.</translation>
    </message>
    <message>
        <source>Wants to write to you. Not accepted yet.</source>
        <translation>Möchte Ihnen schreiben. Noch nicht angenommen.</translation>
    </message>
    <message>
        <source>You compared the safety number with them.</source>
        <translation>Sie haben die Sicherheits­nummer mit diesem Kontakt verglichen.</translation>
    </message>
    <message>
        <source>Key pinned from screen to camera. Not compared yet.</source>
        <translation>Schlüssel vom Bildschirm zur Kamera gemerkt. Noch nicht verglichen.</translation>
    </message>
    <message>
        <source>Key pinned from a link or picture. Not compared yet.</source>
        <translation>Schlüssel aus einem Link oder Bild gemerkt. Noch nicht verglichen.</translation>
    </message>
    <message>
        <source>Key pinned from a fingerprint. Not compared yet.</source>
        <translation>Schlüssel aus einem Fingerabdruck gemerkt. Noch nicht verglichen.</translation>
    </message>
    <message>
        <source>Key pinned from whoever answered first. Not compared yet.</source>
        <translation>Schlüssel dessen gemerkt, der zuerst antwortete. Noch nicht verglichen.</translation>
    </message>
    <message>
        <source>Key pinned when you accepted them. Not compared yet.</source>
        <translation>Schlüssel beim Annehmen gemerkt. Noch nicht verglichen.</translation>
    </message>
    <message>
        <source>Key announced by the one before it. Not compared since then.</source>
        <translation>Schlüssel vom vorigen angekündigt. Seitdem nicht verglichen.</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>Stopped until you decide</source>
        <translation>Angehalten, bis Sie entscheiden</translation>
    </message>
    <message>
        <source>Connected directly</source>
        <translation>Direkt verbunden</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Verbindet…</translation>
    </message>
    <message>
        <source>Not connected, last seen {time}</source>
        <translation>Nicht verbunden, zuletzt gesehen {time}</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>Nicht verbunden</translation>
    </message>
    <message>
        <source>{state}, last seen {time}</source>
        <translation>{state}, zuletzt gesehen {time}</translation>
    </message>
    <message>
        <source>Wants to write to you</source>
        <translation>Möchte Ihnen schreiben</translation>
    </message>
    <message>
        <source>{name} declined</source>
        <translation>{name} hat abgelehnt</translation>
    </message>
    <message>
        <source>You declined</source>
        <translation>Sie haben abgelehnt</translation>
    </message>
    <message>
        <source>{name} must accept. Hum has asked.</source>
        <translation>{name} muss annehmen. Hum hat angefragt.</translation>
    </message>
    <message>
        <source>Connecting to {name}…</source>
        <translation>Verbindet mit {name}…</translation>
    </message>
    <message>
        <source>Waiting for {name} to come online</source>
        <translation>Wartet, bis {name} online ist</translation>
    </message>
    <message>
        <source>Waiting, kept on this computer</source>
        <translation>Wartet, auf diesem Computer aufbewahrt</translation>
    </message>
    <message>
        <source>At the relay {host}</source>
        <translation>Beim Relais {host}</translation>
    </message>
    <message>
        <source>Read: {name}’s computer said so</source>
        <translation>Gelesen: Das hat der Computer von {name} gesagt</translation>
    </message>
    <message>
        <source>On {name}’s computer</source>
        <translation>Auf dem Computer von {name}</translation>
    </message>
    <message>
        <source>Not sent: {reason}</source>
        <translation>Nicht gesendet: {reason}</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>its date is past</source>
        <translation>die Frist ist abgelaufen</translation>
    </message>
    <message>
        <source>you gave it up</source>
        <translation>Sie haben es aufgegeben</translation>
    </message>
    <message>
        <source>they declined</source>
        <translation>die andere Seite hat abgelehnt</translation>
    </message>
    <message>
        <source>you deleted it</source>
        <translation>Sie haben es gelöscht</translation>
    </message>
    <message>
        <source>no reason is known</source>
        <translation>ein Grund ist nicht bekannt</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>{count} weeks</source>
        <translation>{count} Wochen</translation>
    </message>
    <message>
        <source>{count} days</source>
        <translation>{count} Tage</translation>
    </message>
    <message>
        <source>{count} hours</source>
        <translation>{count} Stunden</translation>
    </message>
    <message>
        <source>{count} minutes</source>
        <translation>{count} Minuten</translation>
    </message>
    <message>
        <source>{count} s</source>
        <translation>{count} s</translation>
    </message>
    <message>
        <source>1 week</source>
        <translation>1 Woche</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation>1 Tag</translation>
    </message>
    <message>
        <source>1 hour</source>
        <translation>1 Stunde</translation>
    </message>
    <message>
        <source>1 minute</source>
        <translation>1 Minute</translation>
    </message>
    <message>
        <source>Disappearing after {time}, once they have it</source>
        <translation>Verschwindet nach der Frist ({time}), sobald die andere Seite dies hat</translation>
    </message>
    <message>
        <source>Disappearing ends once they have it</source>
        <translation>Verschwinden endet, sobald die andere Seite dies hat</translation>
    </message>
    <message>
        <source>Disappearing after {time}</source>
        <translation>Verschwindet nach der Frist ({time})</translation>
    </message>
    <message>
        <source>less than a minute</source>
        <translation>weniger als eine Minute</translation>
    </message>
    <message>
        <source>about {count} min</source>
        <translation>etwa {count} min</translation>
    </message>
    <message>
        <source>about {count} hours</source>
        <translation>etwa {count} Stunden</translation>
    </message>
    <message>
        <source>about {count} days</source>
        <translation>etwa {count} Tage</translation>
    </message>
    <message>
        <source>offered, not accepted yet</source>
        <translation>angeboten, noch nicht angenommen</translation>
    </message>
    <message>
        <source>offered to you</source>
        <translation>Ihnen angeboten</translation>
    </message>
    <message>
        <source>under way</source>
        <translation>unterwegs</translation>
    </message>
    <message>
        <source>paused by you</source>
        <translation>von Ihnen angehalten</translation>
    </message>
    <message>
        <source>paused by them</source>
        <translation>von der anderen Seite angehalten</translation>
    </message>
    <message>
        <source>paused by both of you</source>
        <translation>von Ihnen beiden angehalten</translation>
    </message>
    <message>
        <source>paused: the disk is full</source>
        <translation>angehalten: Der Datenträger ist voll</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>whole and checked</source>
        <translation>vollständig und geprüft</translation>
    </message>
    <message>
        <source>given up by you</source>
        <translation>von Ihnen aufgegeben</translation>
    </message>
    <message>
        <source>given up by them</source>
        <translation>von der anderen Seite aufgegeben</translation>
    </message>
    <message>
        <source>failed: its bytes are not there any more, or damaged</source>
        <translation>fehlgeschlagen: Die Bytes sind nicht mehr da oder beschädigt</translation>
    </message>
    <message>
        <source>Picture, {width} × {height} pixels</source>
        <translation>Bild, {width} × {height} Bildpunkte</translation>
    </message>
    <message>
        <source>This message was deleted.</source>
        <translation>Diese Nachricht wurde gelöscht.</translation>
    </message>
    <message>
        <source>A message of a later version of Hum.</source>
        <translation>Eine Nachricht einer späteren Version von Hum.</translation>
    </message>
    <message>
        <source>Picture: {name}</source>
        <translation>Bild: {name}</translation>
    </message>
    <message>
        <source>File: {name}</source>
        <translation>Datei: {name}</translation>
    </message>
    <message>
        <source>edited {time}</source>
        <translation>bearbeitet {time}</translation>
    </message>
    <message>
        <source>read</source>
        <translation>gelesen</translation>
    </message>
</context>
</TS>
