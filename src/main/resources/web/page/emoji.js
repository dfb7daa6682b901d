/**
 * The emoji of the picker, by groups: what each is called, and behind a slash other words by which it is found. No list is
 * complete: any other one can be pasted into the picker's search.
 */
const LISTS = {
  Smileys: `
😀 Grinning/happy smile, 😃 Big smile/happy, 😄 Laughing eyes/happy smile, 😁 Beaming/grin, 😆 Squinting laugh/haha,
😅 Sweating smile/phew relief, 🤣 Rolling on the floor/rofl lol, 😂 Tears of joy/laughing lol haha, 🙂 Slight smile,
🙃 Upside down/irony, 😉 Wink, 😊 Blushing/smile happy, 😇 Halo/angel innocent, 🥰 In love/hearts adore,
😍 Heart eyes/love, 🤩 Star eyes/wow excited, 😘 Blowing a kiss, 😗 Kissing, 😋 Yum/tasty delicious, 😛 Tongue,
😜 Winking tongue/joke, 🤪 Zany/crazy, 😝 Squinting tongue, 🤑 Money face/rich, 🤗 Hug, 🤭 Giggle/oops,
🤫 Shush/quiet secret, 🤔 Thinking/hmm, 🤐 Zipped mouth/secret, 🤨 Raised eyebrow/doubt really, 😐 Neutral/meh,
😑 Expressionless, 😶 No mouth/speechless, 😏 Smirk, 😒 Unamused/meh, 🙄 Rolling eyes, 😬 Grimace/awkward,
🤥 Liar/nose, 😌 Relieved/calm, 😔 Pensive/sad, 😪 Sleepy/tired, 🤤 Drooling, 😴 Sleeping/tired zzz, 😷 Mask/ill,
🤒 Thermometer/ill fever, 🤕 Bandage/hurt, 🤢 Nauseated/sick, 🤮 Vomiting/sick, 🤧 Sneezing/cold, 🥵 Hot/sweat,
🥶 Cold/freezing, 🥴 Woozy/drunk, 😵 Dizzy, 🤯 Mind blown/exploding wow, 🤠 Cowboy, 🥳 Party face/celebrate birthday,
😎 Sunglasses/cool, 🤓 Nerd/geek, 🧐 Monocle/inspect, 😕 Confused, 😟 Worried, 🙁 Slight frown/sad, ☹️ Frown/sad,
😮 Surprised/wow oh, 😯 Hushed, 😲 Astonished/wow, 😳 Flushed/embarrassed, 🥺 Pleading/please puppy, 😦 Frowning,
😧 Anguished, 😨 Fearful/scared, 😰 Anxious/sweat, 😥 Sad but relieved, 😢 Crying/sad tear, 😭 Sobbing/crying sad,
😱 Screaming/scared, 😖 Confounded, 😣 Persevering, 😞 Disappointed/sad, 😓 Downcast/sweat, 😩 Weary/tired, 😫 Tired,
🥱 Yawning/bored, 😤 Huffing/proud, 😡 Enraged/angry, 😠 Angry, 🤬 Swearing/angry, 😈 Smiling devil, 👿 Devil/angry,
💀 Skull/dead, 💩 Poo, 🤡 Clown, 👻 Ghost, 👽 Alien, 🤖 Robot/bot, 🎃 Pumpkin/halloween, 😺 Cat smile, 😹 Cat laughing,
😻 Cat in love, 🙀 Cat screaming, 🙈 See no evil/monkey, 🙉 Hear no evil/monkey, 🙊 Speak no evil/monkey oops`,
  'People and hands': `
👍 Thumbs up/yes like agree ok +1, 👎 Thumbs down/no dislike -1, 👏 Clapping/applause bravo, 🙌 Raised hands/hooray,
🙏 Folded hands/please thanks pray, 🤝 Handshake/deal agree, 👋 Waving/hello bye hi, 🤚 Back of a hand,
✋ Raised hand/stop, 🖐️ Open hand, 🖖 Vulcan salute, 👌 OK hand/fine perfect, 🤌 Pinched fingers, 🤏 Pinching/small,
✌️ Victory/peace, 🤞 Crossed fingers/luck hope, 🤟 Love you hand, 🤘 Horns/rock, 🤙 Call me, 👈 Pointing left,
👉 Pointing right, 👆 Pointing up, 👇 Pointing down, ☝️ Finger up/one, ✊ Raised fist/solidarity, 👊 Fist/bump,
🤛 Left fist, 🤜 Right fist, 👐 Open hands, 🤲 Palms together, ✍️ Writing, 💅 Nail polish, 🤳 Selfie, 💪 Muscle/strong,
🧠 Brain/clever, 👀 Eyes/looking see, 👁️ Eye/look, 👄 Mouth/lips, 👶 Baby, 🧒 Child, 👦 Boy, 👧 Girl, 🧑 Person, 👨 Man,
👩 Woman, 🧓 Old person, 🙋 Raising a hand/me question, 🤷 Shrug/dunno, 🤦 Facepalm, 🙅 No gesture, 🙆 OK gesture,
💁 Tipping a hand/info, 🙇 Bowing/sorry thanks, 💃 Dancing woman, 🕺 Dancing man, 🏃 Running/hurry, 🚶 Walking,
🧘 Meditating/calm, 🧑‍💻 At a computer/developer programmer, 🧑‍🏫 Teacher, 🧑‍🔬 Scientist, 🧑‍🚀 Astronaut,
🧑‍🚒 Firefighter, 🕵️ Detective/search, 👷 Builder/work, 🧙 Wizard/magic, 🦸 Superhero, 🧟 Zombie, 👪 Family,
🫡 Salute/yes, 🫶 Heart hands/love, 🫠 Melting`,
  'Hearts and signs': `
❤️ Red heart/love, 🧡 Orange heart, 💛 Yellow heart, 💚 Green heart, 💙 Blue heart, 💜 Purple heart, 🖤 Black heart,
🤍 White heart, 🤎 Brown heart, 💔 Broken heart, 💕 Two hearts/love, 💖 Sparkling heart, 💘 Heart with arrow,
❣️ Heart exclamation, 💯 Hundred/perfect 100, 💢 Anger, 💥 Collision/boom, 💫 Dizzy star, 💦 Drops/sweat,
💨 Dash/fast, 💬 Speech bubble/comment, 💭 Thought bubble, 💤 Sleep/zzz, ✅ Check mark/done yes ok,
☑️ Checked box/done, ✔️ Tick/done yes, ❌ Cross/no wrong, ❎ Cross in a box/no, ➕ Plus/add, ➖ Minus,
❓ Question mark, ❔ White question mark, ❗ Exclamation mark, ‼️ Double exclamation, ⁉️ Exclamation and question,
⚠️ Warning, 🚫 Forbidden/no, ⛔ No entry/stop, 🛑 Stop sign, 🔴 Red circle, 🟠 Orange circle, 🟡 Yellow circle,
🟢 Green circle, 🔵 Blue circle, ⚪ White circle, ⚫ Black circle, 🔺 Red triangle up, 🔻 Red triangle down,
🔥 Fire/hot lit, ✨ Sparkles/new magic, ⭐ Star, 🌟 Glowing star, ⚡ Lightning/fast, ♻️ Recycle, 🔁 Repeat/again,
🔄 Refresh/sync, 🔙 Back, 🆗 OK button, 🆕 New button, 🆘 SOS/help, ℹ️ Information, 🔔 Bell, 🔕 Silent bell/mute,
🎵 Note/music, 🎶 Notes/music, ♾️ Infinity, 1️⃣ One, 2️⃣ Two, 3️⃣ Three, 4️⃣ Four, 5️⃣ Five, #️⃣ Hash key`,
  'Animals and nature': `
🐶 Dog, 🐱 Cat, 🐭 Mouse, 🐹 Hamster, 🐰 Rabbit, 🦊 Fox, 🐻 Bear, 🐼 Panda, 🐨 Koala, 🐯 Tiger, 🦁 Lion, 🐮 Cow, 🐷 Pig,
🐸 Frog, 🐵 Monkey, 🐔 Chicken, 🐧 Penguin/linux, 🐦 Bird, 🐤 Chick, 🦆 Duck/rubber debugging, 🦅 Eagle, 🦉 Owl, 🦇 Bat,
🐺 Wolf, 🐴 Horse, 🦄 Unicorn, 🐝 Bee, 🐛 Bug/caterpillar, 🦋 Butterfly, 🐌 Snail/slow, 🐞 Ladybird/bug, 🐜 Ant,
🕷️ Spider, 🐢 Turtle/slow, 🐍 Snake/python, 🦎 Lizard, 🐙 Octopus, 🦑 Squid, 🦀 Crab/rust, 🐠 Fish, 🐬 Dolphin,
🐳 Whale/docker, 🦈 Shark, 🐘 Elephant/postgres, 🦥 Sloth/slow, 🦔 Hedgehog, 🐾 Paws, 🐉 Dragon, 🌵 Cactus,
🎄 Christmas tree, 🌲 Fir, 🌳 Tree, 🌴 Palm, 🌱 Seedling/grow, 🍀 Four leaf clover/luck, 🍁 Maple leaf/autumn,
🍄 Mushroom, 🌸 Blossom/spring, 🌹 Rose, 🌻 Sunflower, 💐 Bouquet/flowers, 🌍 Earth/world, 🌙 Moon/night,
☀️ Sun/weather, ⛅ Sun and cloud/weather, ☁️ Cloud, 🌧️ Rain/weather, ⛈️ Thunderstorm, ❄️ Snowflake/cold,
⛄ Snowman/winter, 🌈 Rainbow, 🌊 Wave/sea, ☔ Umbrella/rain`,
  'Food and drink': `
🍏 Green apple, 🍎 Apple, 🍐 Pear, 🍊 Orange, 🍋 Lemon, 🍌 Banana, 🍉 Melon, 🍇 Grapes, 🍓 Strawberry, 🍒 Cherries,
🍑 Peach, 🍍 Pineapple, 🥝 Kiwi, 🍅 Tomato, 🥑 Avocado, 🌶️ Chilli/hot, 🌽 Corn, 🥕 Carrot, 🥔 Potato, 🍞 Bread,
🥐 Croissant, 🥨 Pretzel, 🧀 Cheese, 🍳 Egg/breakfast, 🥞 Pancakes, 🍔 Burger, 🍟 Chips/fries, 🍕 Pizza, 🌭 Hot dog,
🥪 Sandwich, 🌮 Taco, 🥗 Salad, 🍝 Spaghetti/pasta, 🍜 Noodles/ramen soup, 🍣 Sushi, 🍚 Rice, 🍿 Popcorn/watching,
🍩 Doughnut, 🍪 Biscuit/cookie, 🎂 Birthday cake, 🍰 Cake, 🧁 Cupcake, 🍫 Chocolate, 🍬 Sweet, 🍦 Ice cream,
☕ Coffee/tea break, 🍵 Tea, 🥛 Milk, 🍺 Beer, 🍻 Beers/cheers, 🥂 Toast/cheers champagne, 🍷 Wine, 🍸 Cocktail,
🥤 Soft drink, 🍽️ Plate/lunch dinner`,
  'Doing and going': `
🎉 Party popper/celebrate hooray tada, 🎊 Confetti/celebrate, 🎈 Balloon/birthday, 🎁 Present/gift, 🏆 Trophy/win,
🥇 Gold medal/first win, 🥈 Silver medal, 🥉 Bronze medal, ⚽ Football/soccer, 🏀 Basketball, 🏈 American football,
🎾 Tennis, 🏐 Volleyball, 🏓 Table tennis, 🎯 Bullseye/target goal, 🎮 Game, 🎲 Die/dice chance, 🧩 Puzzle/piece,
♟️ Chess, 🎨 Palette/art design, 🎬 Film, 🎤 Microphone/sing, 🎧 Headphones/music, 🎸 Guitar, 🎹 Piano, 🥁 Drum,
🎻 Violin, 🏄 Surfing, 🏊 Swimming, 🚴 Cycling, 🏋️ Lifting weights, ⛷️ Skiing, 🚗 Car, 🚕 Taxi, 🚌 Bus, 🚑 Ambulance,
🚒 Fire engine, 🚓 Police car, 🚚 Lorry/delivery ship, 🚜 Tractor, 🚲 Bicycle, 🚂 Train, 🚇 Underground,
✈️ Plane/travel, 🚀 Rocket/ship launch, 🛸 Flying saucer, 🚁 Helicopter, ⛵ Sailing boat, 🚢 Ship, ⚓ Anchor,
🚦 Traffic light, 🚧 Construction/work, 🏠 House/home, 🏢 Office, 🏥 Hospital, 🏫 School, 🏝️ Island/holiday,
🏔️ Mountain, ⛺ Tent/camping, 🌅 Sunrise/morning, 🌃 Night, 🗺️ Map`,
  Things: `
💻 Laptop/computer, 🖥️ Computer/desktop, ⌨️ Keyboard, 🖱️ Computer mouse/pointer, 🖨️ Printer, 📱 Phone/mobile,
☎️ Telephone/call, 🔋 Battery, 🔌 Plug/power, 💡 Light bulb/idea, 🔦 Torch, 📷 Camera/photo, 📺 Television,
⏰ Alarm clock/time, ⌛ Hourglass/wait, ⏳ Hourglass running/wait, 📅 Calendar/date, 📌 Pin, 📎 Paper clip/attach,
✂️ Scissors/cut, 📝 Memo/note write, ✏️ Pencil/edit, 📚 Books/docs read, 📖 Open book/docs read, 📄 Page/document,
📁 Folder, 📊 Chart/bars, 📈 Rising chart/up, 📉 Falling chart/down, 📦 Package/box ship, 📬 Mailbox/post, 📧 E-mail,
📣 Megaphone/announce, 🔍 Search/magnifier, 🔒 Locked/secure, 🔓 Unlocked, 🔑 Key, 🔨 Hammer/build, 🔧 Wrench/fix,
⚙️ Gear/settings, 🧰 Toolbox, 🧪 Test tube/test, 🔬 Microscope, 🔭 Telescope, 💣 Bomb, 🛡️ Shield/security,
🧹 Broom/clean, 🧯 Extinguisher/fire, 🗑️ Bin/delete trash, 💰 Money bag, 💶 Euro/money, 💳 Card/pay,
💎 Gem/ruby diamond, ⚖️ Scales/law, 💊 Pill/medicine, 💉 Syringe, 🩹 Plaster/patch fix, 👓 Glasses,
👑 Crown/king queen, 🎩 Hat/magic, 👕 T-shirt, 👟 Shoe, 🎒 Rucksack, ☂️ Closed umbrella,
🏁 Chequered flag/finish done, 🚩 Red flag, 🏳️ White flag, 🏴 Black flag, 🏳️‍🌈 Rainbow flag/pride,
🏴‍☠️ Pirate flag, 🇪🇺 European Union flag, 🇺🇳 United Nations flag`,
};

const entryOf = (text) => {
  const [, emoji, name, words = ''] = text.trim().match(/^(\S+) ([^/]+)(?:\/(.*))?$/s);
  return { emoji, name, words: ` ${name} ${words}`.toLowerCase() };
};

/** [{ title, entries: [{ emoji, name, words }] }] */
export const GROUPS = Object.entries(LISTS).map(([title, list]) => ({
  title,
  entries: list.split(',').map(entryOf),
}));

const BY_EMOJI = new Map(GROUPS.flatMap(({ entries }) => entries.map((entry) => [entry.emoji, entry])));

/** What an emoji is called; itself when nobody here knows. */
export const nameOf = (emoji) => BY_EMOJI.get(emoji)?.name ?? emoji;

/** Those that are called so: each word begins a word of theirs. */
export function find(wanted) {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const entries = GROUPS.flatMap(({ entries }) => entries);
  return entries.filter((entry) => words.every((word) => entry.words.includes(` ${word}`)));
}

const NAME = /^:[A-Za-z0-9_+-]{1,32}:$/;
const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;
const LONGEST = 40;

/** Whether a text looks like one reaction: one emoji, or a name between colons. The server has the last word. */
export function isReaction(text) {
  if (typeof text !== 'string' || text.length > LONGEST) return false;
  return NAME.test(text) || (PICTURE.test(text) && [...new Intl.Segmenter().segment(text)].length === 1);
}
