console.log('no Node.js is new enough for this');
