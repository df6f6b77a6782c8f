console.log('package.json lacks a comma');
