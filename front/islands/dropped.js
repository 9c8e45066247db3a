// Every file of what was dropped, folders entered, each with its path within the folder.

/** All files, in the order of their paths. */
export async function gathered(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files];
  const found = (await Promise.all(entries.map((entry) => within(entry)))).flat();
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function within(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => { entry.file(resolve, reject); });
    file.path = entry.fullPath.replace(/^\//, "");
    return [file];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (!some.length) return (await Promise.all(found.map((one) => within(one)))).flat();
    found.push(...some);
  }
}
